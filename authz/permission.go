package authz

// Permission is a deed on a kind of thing, as policy.csv names them.
type Permission struct {
	Object, Action string
	// Read says that nothing is changed: the audit line is one per five minutes and never waits for the disk.
	Read bool
}

// String is the permission as people write it: conversation.reply.
func (p Permission) String() string { return p.Object + "." + p.Action }

// The permissions there are. Each stands in policy.csv.
var (
	InboxListen = Permission{"inbox", "listen", true}

	ConversationList     = Permission{"conversation", "list", true}
	ConversationRead     = Permission{"conversation", "read", true}
	ConversationReply    = Permission{"conversation", "reply", false}
	ConversationNote     = Permission{"conversation", "note", false}
	ConversationAssign   = Permission{"conversation", "assign", false}
	ConversationTransfer = Permission{"conversation", "transfer", false}
	ConversationSnooze   = Permission{"conversation", "snooze", false}
	ConversationResolve  = Permission{"conversation", "resolve", false}
	ConversationReopen   = Permission{"conversation", "reopen", false}
	ConversationTopic    = Permission{"conversation", "topic", false}
	ConversationTag      = Permission{"conversation", "tag", false}
	ConversationMacro    = Permission{"conversation", "macro", false}
	ConversationMark     = Permission{"conversation", "mark", true}
	ConversationAttach   = Permission{"conversation", "attach", false}
	ConversationErase    = Permission{"conversation", "erase", false}

	DeskRead = Permission{"desk", "read", true} // its topics, teams, tags and agents by name

	PlayerRead = Permission{"player", "read", true}

	AccountRead   = Permission{"account", "read", true}
	AccountChange = Permission{"account", "change", false}

	PeopleRead     = Permission{"people", "read", true}
	PeopleInvite   = Permission{"people", "invite", false}
	PeopleChange   = Permission{"people", "change", false}
	SignInLinkMake = Permission{"sign_in_link", "make", false} // a link that lets a member in without their password
	HouseRead      = Permission{"house", "read", true}         // the casino's face: brand, domains, licences, languages; changes are SettingsChange
	SettingsRead   = Permission{"settings", "read", true}
	SettingsChange = Permission{"settings", "change", false}
	AuditRead      = Permission{"audit", "read", true}
	AuditExport    = Permission{"audit", "export", false}

	ArticleRead   = Permission{"article", "read", true}    // drafts and internal articles too; what is published, everybody reads
	ArticleWrite  = Permission{"article", "write", false}  // drafts, pictures, asking for a review
	ArticleReview = Permission{"article", "review", false} // publishing, taking back, archiving, categories
	NumbersRead   = Permission{"numbers", "read", true}    // what became of players and conversations, counted

	BillingRead   = Permission{"billing", "read", true}    // plan, seats, usage, invoices
	BillingChange = Permission{"billing", "change", false} // plan, seats, payment, cancellation
	ExportRead    = Permission{"export", "read", true}     // which files there are
	ExportTake    = Permission{"export", "take", false}    // everything the casino has, as files

	MacroRead   = Permission{"macro", "read", true}
	MacroChange = Permission{"macro", "change", false}
	ViewRead    = Permission{"view", "read", true}
	ViewChange  = Permission{"view", "change", false} // one's own
	ViewShare   = Permission{"view", "share", false}  // everybody's

	EventRead     = Permission{"event", "read", true}
	WebhookRead   = Permission{"webhook", "read", true}
	WebhookChange = Permission{"webhook", "change", false}

	// Above casinos: asked by AskAbove.
	TenantCreate   = Permission{"tenant", "create", false}
	TenantRead     = Permission{"tenant", "read", true}
	TenantChange   = Permission{"tenant", "change", false} // name, language, limits, plan
	TenantHold     = Permission{"tenant", "hold", false}   // suspend, resume, close
	TenantExport   = Permission{"tenant", "export", false}
	TenantEnter    = Permission{"tenant", "enter", false} // sign-in links, visits
	ResellerRead   = Permission{"reseller", "read", true} // its account, prices, limits, usage, invoices, deeds
	ResellerChange = Permission{"reseller", "change", false}
	KeyRead        = Permission{"key", "read", true} // a casino's keys too, asked there by Ask
	KeyChange      = Permission{"key", "change", false}
	VendorRead     = Permission{"vendor", "read", true}    // all sign-ups, casinos, resellers, jobs
	VendorChange   = Permission{"vendor", "change", false} // resellers' terms, plans, payments by hand

	ChatStart  = Permission{"chat", "start", false}
	ChatSend   = Permission{"chat", "send", false}
	ChatRead   = Permission{"chat", "read", true}
	ChatListen = Permission{"chat", "listen", true}
	ChatMark   = Permission{"chat", "mark", true}
	ChatAttach = Permission{"chat", "attach", false}
)
