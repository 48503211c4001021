package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

// Delivery is one event on its way to one receiver.
type Delivery struct {
	ID         string     `json:"id" example:"dlv_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Event      string     `json:"event" example:"evt_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"What it tells of: the header webhook-id."`
	Type       string     `json:"type" example:"message.received"`
	State      string     `json:"state" enum:"pending,delivered,failed" doc:"Whether it is still to be tried, was taken, or was given up."`
	Tries      int        `json:"tries" example:"1" doc:"How often it was tried."`
	NextTryAt  *time.Time `json:"next_try_at,omitempty" doc:"While it is pending: when it is tried next."`
	LastStatus int        `json:"last_status,omitempty" example:"503" doc:"What the receiver answered last. Absent: nothing."`
	LastWhy    string     `json:"last_why,omitempty" example:"status" doc:"Why the last try failed: timeout, address, inside, certificate, network, redirect, gone, status. Absent: it didn't."`
	HappenedAt time.Time  `json:"happened_at" doc:"When the event happened."`
	EndedAt    *time.Time `json:"ended_at,omitempty" doc:"When it was taken or given up."`
}

// TriedDelivery is a delivery with its tries.
type TriedDelivery struct {
	Delivery
	Attempts []Attempt `json:"attempts" doc:"Its tries, oldest first."`
}

// Attempt is one try of a delivery.
type Attempt struct {
	Number int       `json:"number" example:"1"`
	At     time.Time `json:"at"`
	TookMS int       `json:"took_ms" example:"84" doc:"Milliseconds until the answer was whole, or the try was over."`
	Status int       `json:"status,omitempty" example:"503" doc:"Absent: no answer."`
	Why    string    `json:"why,omitempty" example:"status" doc:"Why it failed. Absent: it didn't."`
	Answer string    `json:"answer,omitempty" example:"busy" doc:"How the answer began, 500 characters at most."`
}

func deliveryOf(d webhooks.Delivery) Delivery {
	out := Delivery{ID: tenants.PublicID(tenants.DeliveryPrefix, d.ID), Event: tenants.PublicID(tenants.EventPrefix, d.EventID), Type: d.Type,
		State: string(d.State), Tries: d.Tries, LastWhy: text(d.LastWhy), HappenedAt: d.HappenedAt.UTC(), EndedAt: utc(d.EndedAt)}
	if d.State == webhooks.Pending {
		out.NextTryAt = utc(&d.NextAt)
	}
	if d.LastStatus != nil {
		out.LastStatus = *d.LastStatus
	}
	return out
}

type deliveriesIn struct {
	WebhookPath
	State         string `query:"state" enum:"pending,delivered,failed" doc:"Those of one state alone."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

type deliveriesOut struct{ Body page[Delivery] }

// deliveryCursor is the kind of cursor that lists of deliveries have.
const deliveryCursor = 'w'

func (a *API) listDeliveries(ctx context.Context, in *deliveriesIn) (*deliveriesOut, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	var before uuid.UUID
	if in.StartingAfter != "" {
		if before, err = readIDCursor(deliveryCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	var list []webhooks.Delivery
	err = seeing(ctx, id, func(ctx context.Context, db bun.IDB, o webhooks.Owner) error {
		if _, err := webhooks.Get(ctx, db, o, id); err != nil {
			return err
		}
		list, err = webhooks.Deliveries(ctx, db, o, id, webhooks.State(in.State), before, in.Limit+1)
		return err
	})
	next := ""
	if len(list) > in.Limit {
		list = list[:in.Limit]
		next = idCursor(deliveryCursor, list[in.Limit-1].ID)
	}
	data, err := each(list, err, deliveryOf)
	return &deliveriesOut{pageOf(data, next)}, err
}

// DeliveryPath names a delivery in an address.
type DeliveryPath struct {
	WebhookPath
	Delivery string `path:"delivery" example:"dlv_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

func (p DeliveryPath) ids() (webhook, delivery uuid.UUID, err error) {
	if webhook, err = tenants.ParseID(tenants.EndpointPrefix, p.Webhook); err == nil {
		delivery, err = tenants.ParseID(tenants.DeliveryPrefix, p.Delivery)
	}
	return webhook, delivery, err
}

type triedOut struct{ Body TriedDelivery }

func (a *API) getDelivery(ctx context.Context, in *DeliveryPath) (*triedOut, error) {
	webhook, id, err := in.ids()
	if err != nil {
		return nil, err
	}
	var out triedOut
	err = seeing(ctx, webhook, func(ctx context.Context, db bun.IDB, o webhooks.Owner) error {
		d, tries, err := webhooks.GetDelivery(ctx, db, o, webhook, id)
		out.Body = TriedDelivery{deliveryOf(d), []Attempt{}}
		for _, t := range tries {
			attempt := Attempt{Number: t.Number, At: t.At.UTC(), TookMS: t.TookMS, Why: t.Why, Answer: t.Answer}
			if t.Status != nil {
				attempt.Status = *t.Status
			}
			out.Body.Attempts = append(out.Body.Attempts, attempt)
		}
		return err
	})
	return &out, err
}

type deliveryOut struct{ Body Delivery }

func (a *API) testWebhook(ctx context.Context, in *WebhookPath) (*deliveryOut, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	var out deliveryOut
	err = deciding(ctx, id, func(ctx context.Context, tx bun.Tx, o webhooks.Owner) error {
		d, err := webhooks.SendTest(ctx, tx, o, id)
		out.Body = deliveryOf(d)
		return err
	})
	return &out, err
}

func (a *API) replayDelivery(ctx context.Context, in *DeliveryPath) (*deliveryOut, error) {
	webhook, id, err := in.ids()
	if err != nil {
		return nil, err
	}
	var out deliveryOut
	err = deciding(ctx, webhook, func(ctx context.Context, tx bun.Tx, o webhooks.Owner) error {
		d, err := webhooks.Replay(ctx, tx, o, webhook, id)
		out.Body = deliveryOf(d)
		return err
	})
	return &out, err
}

type replayBody struct {
	Strict
	Since time.Time `json:"since" doc:"Failed deliveries of events that happened since then."`
}

type replayIn struct {
	WebhookPath
	Body replayBody
}

// Replayed says how much is sent again.
type Replayed struct {
	Deliveries int `json:"deliveries" example:"12" doc:"How many deliveries are tried again."`
}

type replayedOut struct{ Body Replayed }

func (a *API) replayFailed(ctx context.Context, in *replayIn) (*replayedOut, error) {
	id, err := tenants.ParseID(tenants.EndpointPrefix, in.Webhook)
	if err != nil {
		return nil, err
	}
	var out replayedOut
	err = deciding(ctx, id, func(ctx context.Context, tx bun.Tx, o webhooks.Owner) error {
		out.Body.Deliveries, err = webhooks.ReplayFailed(ctx, tx, o, id, in.Body.Since)
		return err
	})
	return &out, err
}

// registerDeliveries declares the operations on deliveries.
func (a *API) registerDeliveries() {
	on := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	const one = "/webhooks/{webhook}"
	add(a, operation{Operation: on("test-webhook", http.MethodPost, one+"/test", authz.WebhookChange), tag: webhooksTag, either: true,
		status: http.StatusCreated, summary: "Send a receiver a test", answer: exampleTest,
		description: "An event of the type webhook.test, which tells of nothing. Look at the delivery a moment later to see what came of it."}, a.testWebhook)
	add(a, operation{Operation: on("list-deliveries", http.MethodGet, one+"/deliveries", authz.WebhookRead), tag: webhooksTag, either: true,
		summary: "List a receiver's deliveries", answer: examplePage(exampleDelivery),
		description: "The newest first. What was taken is listed for 7 days, what was given up for 30."}, a.listDeliveries)
	add(a, operation{Operation: on("get-delivery", http.MethodGet, one+"/deliveries/{delivery}", authz.WebhookRead), tag: webhooksTag, either: true,
		summary: "Get a delivery with its tries", answer: TriedDelivery{exampleDelivery, []Attempt{{Number: 1, At: at(0), TookMS: 84, Status: 503, Why: "status", Answer: "busy"}}}}, a.getDelivery)
	add(a, operation{Operation: on("replay-delivery", http.MethodPost, one+"/deliveries/{delivery}/replay", authz.WebhookChange), tag: webhooksTag, either: true,
		summary: "Send a delivery again", answer: exampleDelivery,
		description: "Whatever became of it before, it is tried at once and has all its tries before it. The event keeps its id."}, a.replayDelivery)
	add(a, operation{Operation: on("replay-failed-deliveries", http.MethodPost, one+"/replay", authz.WebhookChange), tag: webhooksTag, either: true,
		summary: "Send again what a receiver failed to take", body: replayBody{Since: at(-1440)}, answer: Replayed{12}}, a.replayFailed)
}

var exampleDelivery = func() Delivery {
	next := at(1)
	return Delivery{ID: "dlv_06ey3pjmrskbk9ks8x4w2ptxqg", Event: exampleEvent.ID, Type: webhooks.Received, State: "pending", Tries: 1, NextTryAt: &next,
		LastStatus: 503, LastWhy: "status", HappenedAt: at(0)}
}()

var exampleTest = func() Delivery {
	next := at(0)
	return Delivery{ID: "dlv_06ey3pjmrskbk9ks8x4w2ptxqg", Event: exampleEvent.ID, Type: webhooks.Test, State: "pending", NextTryAt: &next, HappenedAt: at(0)}
}()
