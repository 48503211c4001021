package api

import (
	"net/http"

	"pitdesk/authz"
)

// register declares every operation of the surface. Paths are relative to /v1.
func (a *API) register() {
	get := func(id, path string, p authz.Permission) Operation { return Operation{id, http.MethodGet, path, p} }
	post := func(id, path string, p authz.Permission) Operation { return Operation{id, http.MethodPost, path, p} }
	put := func(id, path string, p authz.Permission) Operation { return Operation{id, http.MethodPut, path, p} }
	drop := func(id, path string, p authz.Permission) Operation { return Operation{id, http.MethodDelete, path, p} }

	add(a, operation{Operation: get("list-conversations", "/conversations", authz.ConversationList), also: expandsTo, tag: conversationsTag,
		summary: "List conversations", answer: examplePage(exampleConversation),
		description: "The conversations this key sees, the latest turn first, a page at a time. Filters narrow it together."}, a.listConversations)
	add(a, operation{Operation: get("get-conversation", "/conversations/{conversation}", authz.ConversationRead), also: expandsTo, tag: conversationsTag,
		summary: "Get a conversation", answer: exampleConversation}, a.getConversation)
	add(a, operation{Operation: post("assign-conversation", "/conversations/{conversation}/assign", authz.ConversationAssign), tag: conversationsTag,
		summary: "Give a conversation to an agent, a team, or both", body: assignBody{Agent: exampleAgent, ExpectedAgent: "none"}, answer: exampleConversation,
		description: "What the body leaves out stays as it is. With `expected_agent` the conversation is given only if that agent still has it; " +
			"otherwise the answer is 409 and nothing changes."}, a.assign)
	add(a, operation{Operation: post("unassign-conversation", "/conversations/{conversation}/unassign", authz.ConversationAssign), tag: conversationsTag,
		summary: "Give a conversation back to everybody", answer: exampleConversation,
		description: "Nobody has it afterwards, neither agent nor team."}, a.unassign)
	add(a, operation{Operation: post("transfer-conversation", "/conversations/{conversation}/transfer", authz.ConversationTransfer), tag: conversationsTag,
		summary: "Pass a conversation on, with a note", body: transferBody{Team: exampleTeam, Note: "The bank asks for a statement.", ClientID: "crm-8813"}, answer: exampleConversation,
		description: "The note is for staff alone. What the body doesn't name, agent or team, has the conversation no more."}, a.transfer)
	add(a, operation{Operation: post("snooze-conversation", "/conversations/{conversation}/snooze", authz.ConversationSnooze), tag: conversationsTag,
		summary: "Put a conversation away until a time", body: snoozeBody{Until: exampleTime}, answer: exampleConversation,
		description: "It opens again at that time, or with the player's next message. A year ahead at most."}, a.snooze)
	add(a, operation{Operation: post("resolve-conversation", "/conversations/{conversation}/resolve", authz.ConversationResolve), tag: conversationsTag,
		summary: "Resolve a conversation", answer: exampleConversation, description: "One that is resolved already answers 409."}, a.resolve)
	add(a, operation{Operation: post("reopen-conversation", "/conversations/{conversation}/reopen", authz.ConversationReopen), tag: conversationsTag,
		summary: "Open a resolved or snoozed conversation again", answer: exampleConversation, description: "One that is open already answers 409."}, a.reopen)
	add(a, operation{Operation: put("set-topic", "/conversations/{conversation}/topic", authz.ConversationTopic), tag: conversationsTag,
		summary: "Say what a conversation is about", body: topicBody{Topic: exampleTopic}, answer: exampleConversation,
		description: "A topic that goes to a lead moves the conversation to the leads' team at once, so a key with an operator's role may not see it afterwards."}, a.setTopic)
	add(a, operation{Operation: drop("clear-topic", "/conversations/{conversation}/topic", authz.ConversationTopic), tag: conversationsTag,
		summary: "Take a conversation's topic away", answer: exampleConversation}, a.clearTopic)
	add(a, operation{Operation: post("add-tag", "/conversations/{conversation}/tags", authz.ConversationTag), tag: conversationsTag,
		summary: "Put a tag on a conversation", body: tagBody{Name: "bank's side"}, answer: exampleConversation,
		description: "A tag the casino doesn't have yet is made. One that is there already stays."}, a.addTag)
	add(a, operation{Operation: drop("remove-tag", "/conversations/{conversation}/tags/{tag}", authz.ConversationTag), tag: conversationsTag,
		summary: "Take a tag off a conversation", answer: exampleConversation}, a.removeTag)
	add(a, operation{Operation: post("mark-read", "/conversations/{conversation}/read", authz.ConversationMark), tag: conversationsTag,
		summary: "Note how far an agent has read", body: markBody{Agent: exampleAgent, Seq: 7}, answer: exampleConversation,
		description: "For a program that shows conversations to agents. Marks only move forward."}, a.markRead)

	add(a, operation{Operation: get("list-entries", "/conversations/{conversation}/entries", authz.ConversationRead), tag: entriesTag,
		summary: "List a conversation's entries", answer: examplePage(exampleEntry),
		description: "Oldest first from the beginning or from a number on; or newest first."}, a.listEntries)
	add(a, operation{Operation: post("reply", "/conversations/{conversation}/replies", authz.ConversationReply), tag: entriesTag, status: http.StatusCreated,
		summary: "Answer the player", body: wordsBody{Text: "It is on its way.", Language: "en", ClientID: "crm-8812"}, answer: exampleEntry,
		description: "With a `client_id` it can be sent again safely: sent twice, it is written once and answered the same; other words under the same id answer 409."}, a.reply)
	add(a, operation{Operation: post("note", "/conversations/{conversation}/notes", authz.ConversationNote), tag: entriesTag, status: http.StatusCreated,
		summary: "Write what only staff read", body: wordsBody{Text: "Called the bank.", ClientID: "crm-8814"}, answer: exampleNote,
		description: "`client_id` works as for replies."}, a.note)
	add(a, operation{Operation: post("erase-entry", "/conversations/{conversation}/entries/{seq}/erase", authz.ConversationErase), tag: entriesTag,
		summary: "Erase the words of an entry", body: eraseBody{Why: "The player asked for it."}, answer: exampleConversation,
		description: "The entry stays, without its words; who erased them and why is kept. There is no way back."}, a.erase)

	add(a, operation{Operation: post("upload-file", "/files", authz.ConversationAttach), tag: entriesTag, status: http.StatusCreated,
		summary: "Upload a file for a reply or note", answer: exampleUpload,
		description: "The body is the file as it is, at most 10 MB. What it is is found by looking into it; pictures are drawn anew. " +
			"Name its id in `files` of a reply or note of this key within a day, or it is thrown away."}, a.upload)
	add(a, operation{Operation: get("download-file", "/files/{file}", authz.ConversationRead), tag: entriesTag,
		summary: "Download a file of an entry", media: "application/octet-stream",
		description: "For whoever may read the conversation that carries it. It comes with its own media type, as an attachment."}, a.download)

	add(a, operation{Operation: get("list-players", "/players", authz.PlayerRead), tag: playersTag, summary: "List or find players",
		answer: examplePage(examplePlayer), description: "The newest first. By `sub` or `email` to find one."}, a.listPlayers)
	add(a, operation{Operation: get("get-player", "/players/{player}", authz.PlayerRead), tag: playersTag,
		summary: "Get a player", answer: examplePlayer}, a.getPlayer)
	add(a, operation{Operation: get("list-player-conversations", "/players/{player}/conversations", authz.ConversationList), also: expandsTo, tag: playersTag,
		summary: "List a player's conversations", answer: examplePage(exampleConversation),
		description: "Of every state unless one is named. Conversations of visitors who turned out to be this player are under their own ids: see `visitors` of the player."}, a.listPlayerConversations)

	add(a, operation{Operation: get("get-key", "/key", authz.AccountRead), tag: deskTag, summary: "Get the key that asks",
		answer: exampleKey, description: "Whose it is and what it may do: the quickest way to try a key."}, a.getKey)
	add(a, operation{Operation: get("list-topics", "/topics", authz.DeskRead), tag: deskTag, summary: "List the casino's topics", answer: exampleTopics}, paged(a.listTopics, func(v Topic) string { return v.ID }))
	add(a, operation{Operation: get("list-teams", "/teams", authz.DeskRead), tag: deskTag, summary: "List the casino's teams", answer: exampleTeams}, paged(a.listTeams, func(v Team) string { return v.ID }))
	add(a, operation{Operation: get("list-tags", "/tags", authz.DeskRead), tag: deskTag, summary: "List the casino's tags", answer: exampleTags}, paged(a.listTags, func(v Named) string { return v.ID }))
	add(a, operation{Operation: get("list-agents", "/agents", authz.DeskRead), tag: deskTag, summary: "List the casino's agents",
		answer: exampleAgents, description: "Those who can sign in."}, paged(a.listAgents, func(v Agent) string { return v.ID }))

	a.registerLicences(get, post, put, drop)

	a.registerTenants()
	a.registerStaff()
	a.registerInvitations()
	a.registerPlan()
	a.registerExports()
	a.registerKeys()
	a.registerReseller()
	a.registerAudit()
	a.registerArticles()
	a.registerMacros()
	a.registerArticleWriting()
	a.registerCategories()
	a.registerTopics()
	a.registerLanguages()
	a.registerDomains()
	a.registerBrand()
	a.registerEvents()
	a.registerWebhooks()

	add(a, operation{Operation: get("stream", "/stream", authz.InboxListen), tag: streamTag, summary: "Listen to what happens",
		media: "text/event-stream", answer: exampleStream, description: streamDescription}, a.stream)
}
