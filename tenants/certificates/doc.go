// Package certificates gets and renews the certificates of casinos' hosts, on the first handshake that asks for one, and keeps
// them in the database so that all processes of a deployment share them.
//
// Whether a host may have one is for the caller to say; nothing is asked of the certificate authority for any other. Files
// rest in the database sealed, once the deployment seals its secrets. The package
// must never know whose a host is.
package certificates
