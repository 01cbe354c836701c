/** The script of the desk. */

import { Desk } from "./app.ts";

void new Desk().start();
