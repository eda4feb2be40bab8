import { useState } from "preact/hooks";
import { chooseLanguage, language, languageName, languages } from "../speak";
import { commonWords } from "../words";
import { Icon } from "./icons";
import { Select } from "./select";
import { Sheet } from "./sheet";

/** The choice of a language, where there is one to make. */
export function Language() {
  if (languages.length < 2) return null;
  const options = languages.map((code) => ({ value: code, word: languageName(code) }));
  return <Select label={commonWords.language} value={language()} options={options} onChange={chooseLanguage} />;
}

/** The same behind a small button, for a top bar. */
export function LanguageButton() {
  const [open, show] = useState(false);
  if (languages.length < 2) return null;
  return (
    <>
      <button type="button" class="icon-button" aria-label={commonWords.language} title={commonWords.language} onClick={() => show(true)}>
        <Icon name="languages" />
      </button>
      {open && (
        <Sheet title={commonWords.language} kind="small" onClose={() => show(false)}>
          <ul class="stack languages">
            {languages.map((code) => (
              <li key={code}>
                <button type="button" class="button big" lang={code} aria-current={code === language() ? "true" : undefined} onClick={() => chooseLanguage(code)}>
                  {code === language() && <Icon name="check" />}
                  {languageName(code)}
                </button>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </>
  );
}
