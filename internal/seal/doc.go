// Package seal keeps secrets in the database so that whoever reads the database, a dump or a disk can't use them: each is encrypted
// with authentication (AES-256-GCM by Tink) under a key that lies elsewhere, and bound to the row and column it rests in.
//
// A Ring are a deployment's keys; a Shelf is a column of secrets, declared by the package that owns the table. A secret that was
// written before sealing began rests in the clear until a round seals it, and both are read the same way. docs/secrets.md says how
// keys are made, changed and kept. The package must never know what a secret is for, and never logs one.
package seal
