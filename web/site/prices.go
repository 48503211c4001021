package site

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// plansFor is how long plans are believed: they change a few times a year.
const plansFor = time.Minute

// plans remembers what is sold, by currency.
type plans struct {
	mu   sync.Mutex
	kept map[string]keptPlans
}

type keptPlans struct {
	plans []billing.Plan
	until time.Time
}

func (p *plans) in(ctx context.Context, currency string) ([]billing.Plan, error) {
	p.mu.Lock()
	k, ok := p.kept[currency]
	p.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.plans, nil
	}
	all, err := billing.Plans(ctx, currency)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[currency] = keptPlans{all, time.Now().Add(plansFor)}
	return all, nil
}

// prices are what each plan holds and costs, in a currency of the reader's choice.
func (s *Site) prices(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	currency := strings.ToLower(r.URL.Query().Get("currency"))
	if !slices.Contains(billing.Currencies(), currency) {
		currency = billing.Currencies()[0]
	}
	all, err := s.plans.in(ctx, currency)
	if err != nil {
		return err
	}
	p := views.SitePricesProps{Site: s.page(r, i18n.T(ctx, "site.prices"), "/prices"), TrialDays: billing.TrialDays}
	p.Site.About = i18n.T(ctx, "site.prices_lead")
	for _, c := range billing.Currencies() {
		p.Currencies = append(p.Currencies, views.SiteCurrency{Code: strings.ToUpper(c), Href: "/" + i18n.Lang(ctx) + "/prices?currency=" + c, Here: c == currency})
	}
	for _, plan := range all {
		p.Plans = append(p.Plans, planOf(ctx, plan))
	}
	cached(w)
	return views.Render(w, r, http.StatusOK, views.SitePrices(p))
}

func planOf(ctx context.Context, p billing.Plan) views.SitePlan {
	month, year := p.Prices[billing.Monthly], p.Prices[billing.Yearly]
	money := func(minor int64) string { return round(i18n.Money(ctx, minor, strings.ToUpper(month.Currency))) }
	out := views.SitePlan{Name: p.Name, Month: money(month.Base), Year: money(year.Base), Seat: money(month.Seat), Trial: p.ID == billing.TrialPlan,
		Seats: amount(p, billing.Seats), Conversations: amount(p, billing.Conversations), Languages: amount(p, billing.Languages),
		Domains: amount(p, billing.CustomDomain), Days: amount(p, billing.Retention)}
	// A conversation's price is in hundredths of the smallest unit; pages say it for a hundred of them.
	out.Hundred = money(month.Conversation)
	for _, name := range []string{billing.OwnWords, billing.API, billing.Webhooks, billing.Statistics} {
		_, has := p.Grants[name]
		out.More = append(out.More, views.SiteMore{Name: i18n.T(ctx, "site.has_"+name), Has: has})
	}
	return out
}

// amount is how many of something a plan gives; nil: as many as one likes.
func amount(p billing.Plan, name string) *int {
	n, has := p.Grants[name]
	if !has {
		zero := 0
		return &zero
	}
	return n
}

var noCents = regexp.MustCompile(`[.,٫][0٠]{2}\b`)

// round leaves out cents that are none.
func round(money string) string { return noCents.ReplaceAllString(money, "") }
