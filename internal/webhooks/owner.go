package webhooks

import "github.com/google/uuid"

// Owner is whose receivers are meant: one casino's, or a reseller's, which hear of all its casinos. Exactly one is set.
type Owner struct{ Tenant, Reseller *uuid.UUID }
