// Package resellers is who provisions casinos and answers for them: the account, its terms, its keys, its casinos and what was
// done by it. All of it lies above casinos, so every verb takes a transaction of tenants.Above, and asks nobody: the handler asks
// authz.AskAbove first. The package sees no casino's rows, and no bill.
package resellers
