package webhooks

import "github.com/google/uuid"

// Owner is whose receivers are meant: one casino's, or a reseller's, which hear of all its casinos. Exactly one is set.
type Owner struct{ Tenant, Reseller *uuid.UUID }

// owned is the condition on webhooks w that an owner's are. Its arguments are the owner's two ids.
const owned = ` (w.tenant_id = ? or w.reseller_id = ?) `
