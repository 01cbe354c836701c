/** The script of the mailbox page. */

export {};
