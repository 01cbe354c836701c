/** The script of a report page. */

export {};
