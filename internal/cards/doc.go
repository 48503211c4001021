// Package cards finds payment card numbers in what people write and masks them, so that none is ever written to a
// disk: not to the log of conversations, not to a job, not to a program's own log. At most the first six and the last
// four digits stay (PCI DSS 4.0.1, requirement 3.4.1).
//
// A card number is a run of digits with the prefix and length of a brand and a right check digit (ISO/IEC 7812-1,
// Annex B). People write it in groups, with spaces, dashes or dots, in other scripts' digits, over several messages.
// One number in thirty is a card number by chance, so the way it is written decides too: how the digits are grouped,
// what is glued to them, which word stands before. Player ids, phone numbers, dates, amounts, IBANs, UUIDs and hashes
// survive. Where a doubt remains, the number is masked.
//
// The package knows no message and no conversation; it sees texts.
package cards
