package interaction

import (
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// An Expectation is a published figure about how soon customers want an answer,
// or how soon they get one. Many come from vendor surveys of mixed age and
// quality: they seed defaults, they prove nothing about the host's customers.
type Expectation struct {
	Channel Channel // empty when it speaks of any channel
	What    string
	Target  Target  // unset when the figure is not about a time
	Share   float64 // of those asked, 0 to 1; 0 when the source gives none
	Source  string
}

// A LegalPeriod is a period that a law, a regulator or a mailbox provider sets.
// It is information, not legal advice.
type LegalPeriod struct {
	What   string
	Source string
}

// A TargetBook is a list of expectations and legal periods.
type TargetBook struct {
	Expectations []Expectation
	Legal        []LegalPeriod
}

// For lists the expectations of a channel, those for any channel included.
func (b TargetBook) For(c Channel) []Expectation {
	var out []Expectation
	for _, e := range b.Expectations {
		if e.Channel == c || e.Channel == "" {
			out = append(out, e)
		}
	}
	return out
}

type expectationJSON struct {
	Channel      string   `json:"channel" strictjson:"required"`
	What         string   `json:"what" strictjson:"required"`
	Seconds      *int64   `json:"value_s"`
	Business     *int64   `json:"value_business_s"`
	BusinessDays *int     `json:"value_business_days"`
	Share        *float64 `json:"share"`
	Source       string   `json:"source" strictjson:"required"`
	Note         string   `json:"note"`
}

type legalJSON struct {
	What   string `json:"what" strictjson:"required"`
	Source string `json:"source" strictjson:"required"`
	Note   string `json:"note"`
}

type targetBookJSON struct {
	Suite   string            `json:"suite"`
	Version int               `json:"version"`
	Purpose string            `json:"purpose"`
	Facts   []expectationJSON `json:"facts"`
	Legal   []legalJSON       `json:"regulatory"`
}

// ParseTargetBook reads a book of figures from strict JSON: an object with
// "facts" (channel or "any", what, at most one of value_s, value_business_s and
// value_business_days, optionally share, and a source) and "regulatory" (what,
// source). A figure without a source is refused. Every fault is reported with its
// path.
func ParseTargetBook(data []byte) (TargetBook, error) {
	var doc targetBookJSON
	if err := strictjson.Decode(data, &doc, nil); err != nil {
		return TargetBook{}, errors.Join(ErrInvalid, err)
	}
	var fs faults
	var book TargetBook
	for i, f := range doc.Facts {
		e, err := f.expectation()
		fs.under(fmt.Sprintf("facts[%d]", i), err)
		book.Expectations = append(book.Expectations, e)
	}
	for i, l := range doc.Legal {
		if l.What == "" || l.Source == "" {
			fs.add(fmt.Sprintf("regulatory[%d]", i), l.What, "needs what and source")
		}
		book.Legal = append(book.Legal, LegalPeriod{What: l.What, Source: l.Source})
	}
	if err := fs.join(); err != nil {
		return TargetBook{}, err
	}
	return book, nil
}

func (f expectationJSON) expectation() (Expectation, error) {
	var fs faults
	e := Expectation{What: f.What, Source: f.Source}
	if f.Channel != "any" {
		e.Channel = Channel(f.Channel)
		if !e.Channel.Valid() {
			fs.add("channel", f.Channel, nameRule)
		}
	}
	if f.What == "" || f.Source == "" {
		fs.add("source", f.Source, "what and source must not be empty")
	}
	values := 0
	if f.Seconds != nil {
		values++
		e.Target = Elapsed(fs.seconds("value_s", *f.Seconds))
	}
	if f.Business != nil {
		values++
		e.Target = Business(fs.seconds("value_business_s", *f.Business))
	}
	if f.BusinessDays != nil {
		values++
		if *f.BusinessDays < 0 {
			fs.add("value_business_days", fmt.Sprint(*f.BusinessDays), "is negative")
		}
		e.Target = BusinessDays(*f.BusinessDays)
	}
	if values > 1 {
		fs.add("value", "", "holds more than one of value_s, value_business_s, value_business_days")
	}
	if f.Share != nil {
		if !(*f.Share > 0 && *f.Share <= 1) {
			fs.add("share", fmt.Sprint(*f.Share), "must lie above 0 and up to 1")
		}
		e.Share = *f.Share
	}
	return e, fs.join()
}

// PublishedTargets is the book from which the default profiles were chosen. Each
// call gives a fresh one, for the host to change.
func PublishedTargets() TargetBook {
	return TargetBook{
		Expectations: []Expectation{
			{Phone, "industry staffing rule 80/20 (80 % of calls answered within 20 s)", Elapsed(20 * second), 0.8, "neoprimate IEOR notes on Erlang A; wildfloweralpacas guide 2025"},
			{Phone, "about a third hang up after one minute on hold", Elapsed(minute), 0.33, "teledirect.com customer-wait-time-expectations"},
			{LiveChat, "about half expect a reply within a minute", Elapsed(minute), 0.5, "teledirect.com customer-wait-time-expectations"},
			{LiveChat, "almost 95 % leave a silent chat window within five minutes", Elapsed(5 * minute), 0.95, "teledirect.com customer-wait-time-expectations"},
			{LiveChat, "grading: excellent <30 s, good 30-60 s, acceptable 1-3 min", Elapsed(30 * second), 0, "oxaide.com benchmarks 2025"},
			{Email, "expect a reply within 4 business hours", Business(4 * hour), 0.6, "Fuze Digital/GetHuman survey, n=978, via spoken.com 2016"},
			{Email, "accept more than one business day", BusinessDays(1), 0.22, "Fuze Digital/GetHuman survey, n=978, via spoken.com 2016"},
			{Email, "will not wait more than six hours", Elapsed(6 * hour), 0.77, "Eptica study via hyken.com"},
			{Email, "measured average first reply over 1,000 companies 12 h 10 min", Elapsed(730 * minute), 0, "SuperOffice/EmailAnalytics figure via stealthagents.com"},
			{"", "call an immediate reply essential or very important; 60 % of them mean ten minutes or less", Elapsed(10 * minute), 0.9, "HubSpot research via stealthagents.com"},
			{SocialMedia, "Facebook: expect an answer within six hours", Elapsed(6 * hour), 0.85, "Eptica study via hyken.com"},
			{SocialMedia, "Twitter/X: expect an answer within an hour", Elapsed(hour), 0.64, "Eptica study via hyken.com"},
			{SocialMedia, "expected 4 h, delivered 10 h on average", Elapsed(4 * hour), 0, "Sprout Social Index Q2 2016 via pauldughi.com"},
			{InPerson, "many wait 30 minutes for a face-to-face talk", Elapsed(30 * minute), 0, "teledirect.com customer-wait-time-expectations"},
			{"", "want to know the service level before choosing a channel (rated 7 or higher of 10)", Target{}, 0.9, "Fuze Digital/GetHuman survey, n=978, via spoken.com 2016"},
		},
		Legal: []LegalPeriod{
			{"complaint settled by close of business on the 3rd business day after receipt: short form reply is enough", "FCA DISP 1.5"},
			{"payment and e-money complaints: final response within 15 business days, 35 in exceptional cases with a holding reply inside 15", "FCA DISP 1.6.2A"},
			{"other complaints: written final (or holding) response within 8 weeks; prompt acknowledgement", "FCA DISP 1.6"},
			{"bulk marketing mail: one-click unsubscribe, honoured within 2 days; complaint rate below 0.1 %, never 0.3 %", "RFC 8058; Gmail/Yahoo sender rules 2024"},
			{"CAN-SPAM: opt-out honoured within 10 business days, mechanism works 30 days after sending", "CAN-SPAM summaries (sendful.ai, sortediq.com)"},
			{"telemarketing calls and texts 08:00-21:00 in the called party's local time", "47 CFR 64.1200 (known rule)"},
		},
	}
}
