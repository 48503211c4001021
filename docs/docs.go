// Package docs holds the pages of this folder that the API serves beside its reference. It must never know who reads them.
package docs

import "embed"

// Pages are the pages by their file names.
//
//go:embed api.md provisioning.md webhooks.md changelog.md
var Pages embed.FS
