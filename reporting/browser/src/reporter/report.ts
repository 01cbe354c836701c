/** The script of a report page: brings `<sealed-form>` to life. */

import { workerOf } from "../ui/trusted.ts";
import type { ReportApi } from "../workers/reporter_api.ts";
import { connect } from "../workers/rpc.ts";
import { SealedForm } from "./sealed_form.ts";

customElements.define(
  "sealed-form",
  class extends HTMLElement {
    connectedCallback(): void {
      new SealedForm(this, connect<ReportApi>(workerOf("report"))).start();
    }
  },
);
