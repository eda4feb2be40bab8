import type { ComponentChildren, ComponentType } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { commonWords } from "../words";
import { Icon } from "./icons";
import { panels, Toasts } from "./toasts";

interface Props {
  title: ComponentChildren;
  onClose: () => void;
  /** `side` is a panel at the right edge, `wide` a larger one, `small` a question in the middle; all fill a phone's width. */
  kind?: "side" | "small" | "wide";
  children: ComponentChildren;
  /** Stays at the bottom while the rest scrolls. */
  foot?: ComponentChildren;
}

/**
 * What a page says in the uppermost panel: `News` under its title, for what would be hidden behind it, and `Notice` above its
 * buttons, so that it need not lie over what somebody does there.
 */
export const inPanels: { News?: ComponentType; Notice?: ComponentType } = {};

/** A modal panel: the browser's own dialog, so that focus, Escape and the backdrop behave. */
export function Sheet({ title, onClose, kind = "side", children, foot }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { News, Notice } = inPanels;
  const isUppermost = panels.value.at(-1) === heading;
  const close = useRef(onClose);
  close.current = onClose;
  // Before the effects of what is in it, which could neither scroll nor focus anything in a panel that is not open.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    // A browser asks with `cancel` only after somebody has pressed something; a panel that came by itself it just closes.
    const closed = () => close.current();
    element?.addEventListener("close", closed);
    element?.showModal();
    panels.value = [...panels.value, heading];
    return () => {
      panels.value = panels.value.filter((one) => one !== heading);
      element?.removeEventListener("close", closed);
      element?.close();
      // The browser gives the focus back only of a dialog that is still in the page.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [heading]);
  return (
    <dialog
      ref={dialog}
      class={`sheet sheet-${kind}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="sheet-frame">
        <header class="sheet-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" class="icon-button" aria-label={commonWords.close} onClick={onClose}>
            <Icon name="x" size_px={24} />
          </button>
        </header>
        {News && isUppermost && (
          <div class="over-panel">
            <News />
          </div>
        )}
        <div class="sheet-body">{children}</div>
        {(foot || Notice) && (
          <footer class="sheet-foot">
            {Notice && isUppermost && <Notice />}
            {foot}
          </footer>
        )}
      </div>
      <Toasts panel={heading} />
    </dialog>
  );
}
