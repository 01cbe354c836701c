/** The script for files, which pages load once somebody wants to add one. */

import { AttachedFilesElement } from "./attach_element.ts";

customElements.define("attached-files", AttachedFilesElement);
