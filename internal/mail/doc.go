// Package mail sends mail: to a relay over SMTP, or into a box in memory that the demo shows on a page.
//
// A message is written by whoever knows the words; this package adds headers, and none that names the software: the
// Message-ID belongs to the sender's own host, and no mailer is mentioned. It must never know a casino or a member.
package mail
