package web

import (
	"net/http"

	"pitdesk/authz"
	"pitdesk/desk/steps"
	"pitdesk/tenants/keys"
	"pitdesk/tenants/licences"
)

// Surface is for whom a route is, which decides how they prove who they are.
type Surface string

// The surfaces.
const (
	Public Surface = "public" // anyone: these are a golden list
	Staff  Surface = "staff"  // a session cookie
	Chat   Surface = "chat"   // a player's bearer token
)

// Handler answers a request or returns why it didn't.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one way in. Permission is what the handler asks authz, once; public routes have none.
type Route struct {
	Surface    Surface
	Pattern    string // "GET /inbox/{conversation}"
	Permission authz.Permission
	Handler    Handler
	Body       int64 // the largest body in octets; zero is maxBody
}

// Routes are all pages, fragments and streams of a casino's host.
func (s *Server) Routes() []Route {
	if s.table == nil {
		s.table = s.routes()
	}
	return s.table
}

func (s *Server) routes() []Route {
	public := func(pattern string, h Handler) Route { return Route{Surface: Public, Pattern: pattern, Handler: h} }
	staff := func(pattern string, p authz.Permission, h Handler) Route {
		return Route{Surface: Staff, Pattern: pattern, Permission: p, Handler: h}
	}
	chats := func(pattern string, p authz.Permission, h Handler) Route {
		return Route{Surface: Chat, Pattern: pattern, Permission: p, Handler: h}
	}
	return []Route{
		public("GET /{$}", s.front),
		public("GET /theme.css", s.theme),
		public("GET /assets/{name}", s.asset),
		public("GET /pictures/{picture}", s.picture),
		public("GET /licences", s.licencesPage),

		public("GET /help", s.helpFront),
		public("GET /help/{language}", s.helpPage(s.helpHome)),
		public("GET /help/{language}/c/{shelf}", s.helpPage(s.helpCategory)),
		public("GET /help/{language}/search", s.helpPage(s.helpFound)),
		public("GET /help/{language}/{slug}", s.helpPage(s.helpArticle)),
		public("POST /help/{language}/{slug}/vote", s.helpPage(s.helpVote)),
		public("GET /robots.txt", s.robots),
		public("GET /sitemap.xml", s.sitemap),
		public("GET /sitemaps/{part}", s.sitemapPart),

		public("GET /sign-in", s.signInForm),
		public("POST /sign-in", s.signIn),
		public("POST /sign-out", s.signOut),
		public("GET /sign-in/code", s.codeForm),
		public("POST /sign-in/code", s.code),
		public("GET /forgot", s.forgotForm),
		public("POST /forgot", s.forgot),
		public("GET /reset/{token}", s.resetForm),
		public("POST /reset/{token}", s.reset),
		public("GET /enter/{token}", s.enterForm),
		public("POST /enter/{token}", s.enter),
		public("GET /invitation/{token}", s.invitationForm),
		public("POST /invitation/{token}", s.acceptInvitation),
		public("GET /visit/{token}", s.visitForm),
		public("POST /visit/{token}", s.enterVisit),

		staff("GET /account", authz.AccountRead, s.account),
		staff("POST /account/profile", authz.AccountChange, s.setProfile),
		staff("POST /account/password", authz.AccountChange, s.changePassword),
		staff("GET /account/second-factor", authz.AccountRead, s.factor),
		staff("GET /account/second-factor/code.png", authz.AccountRead, s.factorPicture),
		staff("POST /account/second-factor/begin", authz.AccountChange, s.beginFactor),
		staff("POST /account/second-factor/confirm", authz.AccountChange, s.confirmFactor),
		staff("POST /account/second-factor/codes", authz.AccountChange, s.renewCodes),
		staff("POST /account/second-factor/off", authz.AccountChange, s.dropFactor),
		staff("POST /account/sessions/{session}/end", authz.AccountChange, s.endSession),
		staff("POST /account/sessions/end-all", authz.AccountChange, s.endSessions),

		staff("GET /start", authz.SettingsRead, s.start),
		staff("GET /start/chat", authz.SettingsRead, s.tryChat),
		staff("POST /start/skip", authz.SettingsChange, s.startDeed("/start", steps.Skip)),
		staff("POST /start/resume", authz.SettingsChange, s.startDeed("/start", steps.Resume)),
		staff("POST /start/away", authz.SettingsChange, s.startDeed("/inbox", putStepsAway)),
		staff("POST /start/bring", authz.SettingsChange, s.startDeed("/start", bringSteps)),

		staff("GET /settings", authz.HouseRead, s.settings),
		staff("GET /settings/people", authz.PeopleRead, s.people),
		staff("POST /settings/people/invitations", authz.PeopleInvite, s.invite),
		staff("POST /settings/people/invitations/{invitation}/resend", authz.PeopleInvite, s.invitationDeed("invited", resendInvitation)),
		staff("POST /settings/people/invitations/{invitation}/revoke", authz.PeopleInvite, s.invitationDeed("revoked", revokeInvitation)),
		staff("POST /settings/people/invitations/{invitation}/link", authz.PeopleInvite, s.invitationLink),
		staff("GET /settings/people/{member}", authz.PeopleRead, s.member),
		staff("POST /settings/people/{member}", authz.PeopleChange, s.memberDeed("saved", s.place)),
		staff("POST /settings/people/{member}/disable", authz.PeopleChange, s.memberDeed("disabled", s.disable)),
		staff("POST /settings/people/{member}/enable", authz.PeopleChange, s.memberDeed("enabled", s.enable)),
		staff("POST /settings/people/{member}/factor-off", authz.PeopleChange, s.memberDeed("factor_off", dropMembersFactor)),
		staff("GET /settings/brand", authz.HouseRead, s.brandSettings),
		staff("GET /settings/brand/theme.css", authz.HouseRead, s.brandTheme),
		{Surface: Staff, Pattern: "POST /settings/brand", Permission: authz.SettingsChange, Handler: s.saveBrand, Body: maxBrandBody},
		{Surface: Staff, Pattern: "POST /settings/brand/look", Permission: authz.HouseRead, Handler: s.lookBrand, Body: maxBrandBody},
		staff("POST /settings/brand/publish", authz.SettingsChange, s.publishBrand),
		staff("POST /settings/brand/roll-back", authz.SettingsChange, s.rollBackBrand),
		staff("GET /settings/teams", authz.SettingsRead, s.teams),
		staff("POST /settings/teams", authz.SettingsChange, s.addTeam),
		staff("POST /settings/teams/{team}", authz.SettingsChange, s.changeTeam),
		staff("GET /settings/topics", authz.SettingsRead, s.topics),
		staff("POST /settings/topics", authz.SettingsChange, s.addTopic),
		staff("POST /settings/topics/{topic}", authz.SettingsChange, s.changeTopic),
		staff("POST /settings/topics/{topic}/up", authz.SettingsChange, s.topicDeed(topicUp)),
		staff("POST /settings/topics/{topic}/down", authz.SettingsChange, s.topicDeed(topicDown)),
		staff("POST /settings/topics/{topic}/retire", authz.SettingsChange, s.topicDeed(retireTopic)),
		staff("POST /settings/topics/{topic}/restore", authz.SettingsChange, s.topicDeed(restoreTopic)),
		staff("GET /settings/macros", authz.MacroRead, s.macros),
		staff("GET /settings/macros/new", authz.MacroChange, s.newMacro),
		staff("POST /settings/macros", authz.MacroChange, s.addMacro),
		staff("GET /settings/macros/{macro}", authz.MacroRead, s.macro),
		staff("POST /settings/macros/{macro}", authz.MacroChange, s.changeMacro),
		staff("POST /settings/macros/{macro}/retire", authz.MacroChange, s.macroDeed("retired", true)),
		staff("POST /settings/macros/{macro}/restore", authz.MacroChange, s.macroDeed("restored", false)),
		staff("GET /settings/chat", authz.SettingsRead, s.chatSettings),
		staff("POST /settings/chat/origins", authz.SettingsChange, s.addOrigin),
		staff("POST /settings/chat/origins/remove", authz.SettingsChange, s.removeOrigin),
		staff("POST /settings/chat/keys", authz.SettingsChange, s.addKey),
		staff("POST /settings/chat/keys/{key}/revoke", authz.SettingsChange, s.revokeKey),
		staff("GET /settings/languages", authz.HouseRead, s.languages),
		staff("POST /settings/languages", authz.SettingsChange, s.offerLanguages),
		staff("POST /settings/languages/add", authz.SettingsChange, s.addLanguage),
		staff("GET /settings/languages/{pack}", authz.HouseRead, s.pack),
		staff("POST /settings/languages/{pack}/checked", authz.SettingsChange, s.packChecked),
		staff("POST /settings/languages/{pack}/remove", authz.SettingsChange, s.removeLanguage),
		staff("POST /settings/languages/{pack}/texts", authz.SettingsChange, s.wordingDeed("saved", setText)),
		staff("POST /settings/languages/{pack}/texts/reset", authz.SettingsChange, s.wordingDeed("saved", resetText)),
		staff("POST /settings/languages/{pack}/texts/keep", authz.SettingsChange, s.wordingDeed("saved", keepText)),
		staff("GET /settings/languages/{pack}/file", authz.HouseRead, s.packFile),
		{Surface: Staff, Pattern: "POST /settings/languages/{pack}/file", Permission: authz.SettingsChange, Handler: s.uploadPack, Body: maxPack},
		staff("GET /settings/languages/{pack}/draft", authz.HouseRead, s.packDraft),
		staff("POST /settings/languages/{pack}/draft", authz.SettingsChange, s.applyDraft),
		staff("POST /settings/languages/{pack}/draft/discard", authz.SettingsChange, s.discardDraft),

		staff("GET /settings/export", authz.ExportRead, s.exportSettings),
		staff("POST /settings/export", authz.ExportTake, s.askExport),
		staff("GET /settings/export/{export}", authz.ExportTake, s.downloadExport),
		staff("GET /settings/api", authz.SettingsRead, s.apiSettings),
		staff("POST /settings/api", authz.SettingsChange, s.makeAPIKey),
		staff("GET /settings/webhooks", authz.WebhookRead, s.webhookList),
		staff("POST /settings/webhooks", authz.WebhookChange, s.addWebhook),
		staff("GET /settings/webhooks/{webhook}", authz.WebhookRead, s.webhookPage),
		staff("POST /settings/webhooks/{webhook}", authz.WebhookChange, s.webhookDeed("saved", changeWebhook)),
		staff("POST /settings/webhooks/{webhook}/on", authz.WebhookChange, s.webhookDeed("saved", switchWebhook)),
		staff("POST /settings/webhooks/{webhook}/test", authz.WebhookChange, s.webhookDeed("webhook_sent", testWebhook)),
		staff("POST /settings/webhooks/{webhook}/secret", authz.WebhookChange, s.rotateWebhook),
		staff("POST /settings/webhooks/{webhook}/remove", authz.WebhookChange, s.webhookDeed("removed", removeWebhook)),
		staff("POST /settings/webhooks/{webhook}/replay", authz.WebhookChange, s.webhookDeed("webhook_sent", replayFailed)),
		staff("POST /settings/webhooks/{webhook}/deliveries/{delivery}/replay", authz.WebhookChange, s.webhookDeed("webhook_sent", replayDelivery)),
		staff("POST /settings/api/{apikey}/rotate", authz.SettingsChange, s.rotateAPIKey),
		staff("POST /settings/api/{apikey}/end-old", authz.SettingsChange, s.keyDeed("revoked", keys.EndOldSecret)),
		staff("POST /settings/api/{apikey}/revoke", authz.SettingsChange, s.keyDeed("revoked", keys.Revoke)),
		staff("GET /settings/domains", authz.HouseRead, s.domainSettings),
		staff("POST /settings/domains", authz.SettingsChange, s.addDomain),
		staff("POST /settings/domains/given/main", authz.SettingsChange, s.mainGiven),
		staff("POST /settings/domains/{domain}/check", authz.SettingsChange, s.checkDomain),
		staff("POST /settings/domains/{domain}/main", authz.SettingsChange, s.mainDomain),
		staff("POST /settings/domains/{domain}/remove", authz.SettingsChange, s.removeDomain),
		staff("GET /settings/licences", authz.HouseRead, s.licenceList),
		staff("GET /settings/licences/new", authz.SettingsChange, s.newLicence),
		staff("POST /settings/licences", authz.SettingsChange, s.addLicence),
		staff("GET /settings/licences/{licence}", authz.HouseRead, s.licence),
		staff("POST /settings/licences/{licence}", authz.SettingsChange, s.changeLicence),
		{Surface: Staff, Pattern: "POST /settings/licences/{licence}/seal", Permission: authz.SettingsChange, Handler: s.setSeal, Body: maxSeal},
		staff("POST /settings/licences/{licence}/seal/remove", authz.SettingsChange, s.licenceDeed("/settings/licences/{licence}?done=removed#seal", dropSeal)),
		staff("POST /settings/licences/{licence}/check", authz.SettingsChange, s.licenceDeed("/settings/licences/{licence}?asked=1#page", licences.Ask)),
		staff("POST /settings/licences/{licence}/up", authz.SettingsChange, s.licenceDeed("/settings/licences?done=saved", licenceUp)),
		staff("POST /settings/licences/{licence}/down", authz.SettingsChange, s.licenceDeed("/settings/licences?done=saved", licenceDown)),
		staff("POST /settings/licences/{licence}/retire", authz.SettingsChange, s.licenceDeed("/settings/licences?done=saved", licences.Retire)),
		staff("POST /settings/licences/{licence}/restore", authz.SettingsChange, s.licenceDeed("/settings/licences?done=saved", licences.Restore)),
		staff("GET /settings/visits", authz.SettingsRead, s.visits),
		staff("POST /settings/visits", authz.SettingsChange, s.setVisits),
		staff("POST /settings/visits/{visit}/end", authz.SettingsChange, s.endVisit),
		staff("GET /settings/billing", authz.BillingRead, s.billing),
		staff("GET /settings/billing/order", authz.BillingRead, s.order),
		staff("POST /settings/billing/order", authz.BillingChange, s.placeOrder),
		staff("GET /settings/billing/change", authz.BillingRead, s.changePlan),
		staff("POST /settings/billing/change", authz.BillingChange, s.makeChange),
		staff("POST /settings/billing/portal", authz.BillingChange, s.billingPortal),
		staff("POST /settings/billing/cancel", authz.BillingChange, s.billingDeed("plan", "cancelled", cancelPlan)),
		staff("POST /settings/billing/resume", authz.BillingChange, s.billingDeed("plan", "resumed", resumePlan)),
		staff("POST /settings/billing/coupon", authz.BillingChange, s.billingDeed("coupon", "coupon", useCoupon)),
		staff("POST /settings/billing/tax", authz.BillingChange, s.billingDeed("tax", "saved", setTax)),
		staff("GET /settings/audit", authz.AuditRead, s.audit),
		staff("GET /settings/audit/export", authz.AuditExport, s.auditExport),

		// The help centre's staff side. Its public pages stand with the house's.
		staff("GET /answers", authz.ArticleRead, s.answerList),
		staff("GET /answers/new", authz.ArticleRead, s.newArticle),
		staff("POST /answers", authz.ArticleWrite, s.beginArticle),
		staff("GET /answers/readers", authz.ArticleRead, s.answerReaders),
		staff("GET /answers/numbers", authz.NumbersRead, s.numbers),
		staff("GET /answers/numbers/rows", authz.NumbersRead, s.numbersRows),
		staff("GET /answers/categories", authz.ArticleRead, s.answerCategories),
		staff("POST /answers/categories", authz.ArticleReview, s.addCategory),
		staff("POST /answers/categories/{category}", authz.ArticleReview, s.changeCategory),
		staff("POST /answers/categories/{category}/up", authz.ArticleReview, s.categoryDeed(categoryUp)),
		staff("POST /answers/categories/{category}/down", authz.ArticleReview, s.categoryDeed(categoryDown)),
		staff("POST /answers/categories/{category}/retire", authz.ArticleReview, s.categoryDeed(retireCategory)),
		staff("POST /answers/categories/{category}/restore", authz.ArticleReview, s.categoryDeed(restoreCategory)),
		{Surface: Staff, Pattern: "POST /answers/pictures", Permission: authz.ArticleWrite, Handler: s.addFigure, Body: maxUpload},
		staff("GET /answers/articles/{article}", authz.ArticleRead, s.answerArticle),
		staff("POST /answers/articles/{article}/archive", authz.ArticleReview, s.articleDeed("archived", archive)),
		staff("POST /answers/articles/{article}/unarchive", authz.ArticleReview, s.articleDeed("unarchived", unarchive)),
		staff("POST /answers/articles/{article}/place", authz.ArticleReview, s.articleDeed("saved", placeArticle)),
		staff("GET /answers/articles/{article}/{language}", authz.ArticleRead, s.answerText),
		staff("POST /answers/articles/{article}/{language}", authz.ArticleWrite, s.saveText),
		staff("POST /answers/articles/{article}/{language}/preview", authz.ArticleRead, s.previewText),
		staff("GET /answers/articles/{article}/{language}/compare", authz.ArticleRead, s.compareTexts),
		staff("POST /answers/articles/{article}/{language}/ask", authz.ArticleWrite, s.textDeed(authz.ArticleWrite, "asked", askReview)),
		staff("POST /answers/articles/{article}/{language}/discard", authz.ArticleWrite, s.textDeed(authz.ArticleWrite, "discarded", discard)),
		staff("POST /answers/articles/{article}/{language}/restore", authz.ArticleWrite, s.textDeed(authz.ArticleWrite, "restored", restore)),
		staff("POST /answers/articles/{article}/{language}/publish", authz.ArticleReview, s.textDeed(authz.ArticleReview, "published", publish)),
		staff("POST /answers/articles/{article}/{language}/send-back", authz.ArticleReview, s.textDeed(authz.ArticleReview, "sent_back", sendBack)),
		staff("POST /answers/articles/{article}/{language}/unpublish", authz.ArticleReview, s.textDeed(authz.ArticleReview, "unpublished", unpublish)),

		staff("GET /inbox", authz.ConversationList, s.inbox),
		staff("GET /inbox/list", authz.ConversationList, s.inboxList),
		staff("GET /inbox/boxes", authz.ConversationList, s.inboxBoxes),
		staff("GET /numbers", authz.NumbersRead, s.deskNumbers),
		staff("GET /views/new", authz.ViewChange, s.newView),
		staff("POST /views", authz.ViewChange, s.addView),
		staff("GET /views/{view}", authz.ViewRead, s.view),
		staff("POST /views/{view}", authz.ViewChange, s.changeView),
		staff("POST /views/{view}/drop", authz.ViewChange, s.dropView),
		staff("GET /stream", authz.InboxListen, s.stream),
		staff("GET /inbox/{conversation}", authz.ConversationRead, s.conversation),
		staff("GET /inbox/{conversation}/since", authz.ConversationRead, s.since),
		staff("GET /inbox/{conversation}/entries", authz.ConversationRead, s.earlier),
		staff("GET /inbox/{conversation}/answers", authz.ConversationRead, s.inboxAnswers),
		staff("GET /inbox/{conversation}/answers/{article}", authz.ConversationRead, s.inboxArticle),
		staff("POST /inbox/{conversation}/macros/{macro}", authz.ConversationMacro, s.applyMacro),
		staff("POST /inbox/{conversation}/reply", authz.ConversationReply, s.reply),
		staff("POST /inbox/{conversation}/note", authz.ConversationNote, s.note),
		staff("GET /inbox/{conversation}/assign", authz.ConversationAssign, s.assignMenu),
		staff("POST /inbox/{conversation}/assign", authz.ConversationAssign, s.assign),
		staff("GET /inbox/{conversation}/transfer", authz.ConversationTransfer, s.transferMenu),
		staff("POST /inbox/{conversation}/transfer", authz.ConversationTransfer, s.transfer),
		staff("POST /inbox/{conversation}/snooze", authz.ConversationSnooze, s.snooze),
		staff("POST /inbox/{conversation}/resolve", authz.ConversationResolve, s.resolve),
		staff("POST /inbox/{conversation}/reopen", authz.ConversationReopen, s.reopen),
		staff("GET /inbox/{conversation}/topic", authz.ConversationTopic, s.topicMenu),
		staff("POST /inbox/{conversation}/topic", authz.ConversationTopic, s.setTopic),
		staff("GET /inbox/{conversation}/tags", authz.ConversationTag, s.tagsMenu),
		staff("POST /inbox/{conversation}/tags", authz.ConversationTag, s.tag),
		staff("POST /inbox/{conversation}/untag", authz.ConversationTag, s.untag),
		staff("POST /inbox/{conversation}/erase", authz.ConversationErase, s.erase),
		staff("POST /inbox/{conversation}/read", authz.ConversationMark, s.markRead),
		staff("POST /inbox/{conversation}/here", authz.ConversationMark, s.here),
		{Surface: Staff, Pattern: "POST /inbox/{conversation}/files", Permission: authz.ConversationAttach, Handler: s.talkUpload, Body: maxUpload},

		// The player's chat. docs/chat.md describes it to strangers.
		public("GET /chat.js", s.chatLoader),
		public("GET /chat", s.chatPage),
		public("GET /chat/api/config", s.chatConfig),
		public("POST /chat/api/session", s.chatEnter),
		public("DELETE /chat/api/session", s.chatLeave),
		public("GET /files/{tenant}/{file}", s.file),
		chats("GET /chat/api/conversations", authz.ChatRead, s.chatConversations),
		chats("POST /chat/api/conversations", authz.ChatStart, s.chatStart),
		chats("POST /chat/api/conversations/{conversation}/messages", authz.ChatSend, s.chatSay),
		chats("GET /chat/api/conversations/{conversation}/entries", authz.ChatRead, s.chatEntries),
		chats("POST /chat/api/conversations/{conversation}/typing", authz.ChatMark, s.chatTyping),
		chats("POST /chat/api/conversations/{conversation}/seen", authz.ChatMark, s.chatSeen),
		chats("PUT /chat/api/conversations/{conversation}/address", authz.ChatSend, s.chatAddress),
		chats("GET /chat/api/stream", authz.ChatListen, s.chatStream),
		chats("POST /chat/api/answers", authz.ChatRead, s.chatAnswers),
		chats("POST /chat/api/answers/{article}/read", authz.ChatRead, s.chatOpenAnswer),
		chats("POST /chat/api/answers/{article}/answered", authz.ChatRead, s.chatAnswered),
		{Surface: Chat, Pattern: "POST /chat/api/files", Permission: authz.ChatAttach, Handler: s.chatUpload, Body: maxUpload},
	}
}
