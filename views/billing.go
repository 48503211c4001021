package views

import "time"

// BillingProps is how the casino is billed: what it has, what it uses, what it can choose and what it has paid.
type BillingProps struct {
	Settings SettingsProps
	Bill     BillState
	Meters   []Meter
	Gifts    []Gift
	Offer    *Offer // plans to choose from; nil where there is nothing to choose
	Seats    *SeatsForm
	Tax      *TaxForm
	Coupon   *CouponForm
	Invoices []InvoiceLine
	Export   bool // the casino's data can be taken along from here
	Fault    Fault
	Of       string // the part whose form has the fault: "seats", "tax", "coupon"; empty: the page
}

// BillState is how it stands, in words.
type BillState struct {
	Plan     string // its name; empty where billing is off
	Word     string // "Trial"
	Tone     Tone
	Icon     string
	Sentence string // what happens next, and when
	Price    string // "€199.00 a month"
	Portal   bool   // card, address and bills can be seen to at the payment page
	Cancel   bool   // it can be cancelled
	Resume   bool   // a cancellation can be taken back
}

// Meter is something counted: how much of how much.
type Meter struct {
	Name  string
	Words string // "7 of 10"
	More  string
	Value int
	Most  int // 0: there is no bound
	Over  bool
}

// Gift is something a plan gives or doesn't.
type Gift struct {
	Words string
	Has   bool
}

// Offer is the plans as cards, with prices of one currency and cycle.
type Offer struct {
	Lead       string
	Cycles     []Seg
	Currencies []Seg
	Plans      []PlanCard
}

// Seg is one of a few choices that lead to the same page otherwise shown.
type Seg struct {
	Name string
	Href string
	Here bool
}

// PlanCard is one plan.
type PlanCard struct {
	Name  string
	Price string
	Per   string // "a month"
	Facts []string
	Here  bool // the casino has it, as it is shown
	Href  string
	Word  string // of Href
}

// SeatsForm asks how many seats the casino wants.
type SeatsForm struct {
	Seats, Least, Most int
	Fault              string
}

// TaxForm asks for the number that stands on bills.
type TaxForm struct {
	Kind, Value string
	Kinds       []string
	Word        string // whether it was found to be valid
	Tone        Tone
	Fault       string
	Down        bool // what there is couldn't be asked for
}

// CouponForm asks for a code.
type CouponForm struct {
	Code, Fault string
}

// InvoiceLine is one bill.
type InvoiceLine struct {
	Number, Amount, Word string
	Tone                 Tone
	Icon                 string
	At                   time.Time
	Due                  *time.Time // while it is open
	Link, PDF            string
}

// OrderProps is the form for a plan that is bought.
type OrderProps struct {
	Settings SettingsProps
	Plan     string // its id
	Name     string
	Price    string
	Per      string
	Total    string // what so many seats cost, "€218.00 a month"
	After    string // when it is charged first
	Cycles   []Seg
	Cycle    string
	Currency string
	Seats    SeatsForm
	Pay      string // "card" or "invoice"
	Email    string
	Coupon   string
	Fault    Fault
}

// ChangeProps is what a change of the plan costs, before anybody agrees to it.
type ChangeProps struct {
	Settings           SettingsProps
	Plan, Cycle        string // their ids, handed back with the form
	Seats              int
	At, Cost           string
	Lead               string // "Floor with 12 seats, by the month"
	Lines              []ChangeLineProps
	Total, TotalAmount string
	Then               string
	Fault              Fault
}

// ChangeLineProps is one line of the bill that a change makes.
type ChangeLineProps struct {
	Words, Amount string
}

// LeaveProps leads to the payment page, which is another's.
type LeaveProps struct {
	Page Page
	Href string
}

// taxNames are the kinds of tax numbers as the countries' own papers call them. They aren't translated.
var taxNames = map[string]string{"eu_vat": "EU VAT", "gb_vat": "GB VAT", "ch_vat": "CH MWST/TVA/IVA", "no_vat": "NO MVA", "us_ein": "US EIN", "ca_bn": "CA BN",
	"au_abn": "AU ABN", "br_cnpj": "BR CNPJ", "ge_vat": "GE VAT", "tr_tin": "TR VKN", "ua_vat": "UA ІПН", "za_vat": "ZA VAT"}

func taxName(kind string) string {
	if name, ok := taxNames[kind]; ok {
		return name
	}
	return kind
}
