// Package migrations holds the database's history as numbered SQL files, applied forward only.
//
// A table that belongs to a casino starts its primary key with tenant_id and gets its row policy in the file that
// creates it. schema.sql is the dump of the newest state and follows.
package migrations

import "embed"

// FS holds the numbered files.
//
//go:embed 0*.sql
var FS embed.FS
