/** The script of the page behind a news link. */

import { NewsOfReport } from "./news_element.ts";

customElements.define("news-of-report", NewsOfReport);
