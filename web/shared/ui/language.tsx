import { chooseLanguage, language, languageName, languages } from "../speak";
import { commonWords } from "../words";
import { Select } from "./select";

/** The choice of a language, where there is one to make. */
export function Language() {
  if (languages.length < 2) return null;
  const options = languages.map((code) => ({ value: code, word: languageName(code) }));
  return <Select label={commonWords.language} value={language()} options={options} onChange={chooseLanguage} />;
}
