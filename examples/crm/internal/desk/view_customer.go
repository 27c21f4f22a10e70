package desk

import "time"

// CustomerQuery asks for one page of the customer list. Text is looked for in names,
// e-mail addresses, phone numbers and ids; Segment is the name of a segment, empty for
// everybody; After is the cursor of the page before; Limit is 1 to 200, zero for 50.
type CustomerQuery struct {
	Text    string `json:"text,omitempty"`
	Segment string `json:"segment,omitempty"`
	After   string `json:"after,omitempty"`
	Limit   int    `json:"limit,omitempty"`
}

// CustomerList is one page of customers. Next is the cursor of the page that follows,
// empty on the last.
type CustomerList struct {
	Query     CustomerQuery `json:"query"`
	Total     int           `json:"total"` // that fit, on all pages
	Customers []CustomerRow `json:"customers"`
	Next      string        `json:"next,omitempty"`
}

// CustomerRow is a customer in a list.
type CustomerRow struct {
	ID        string    `json:"id"`
	Name      string    `json:"name,omitempty"` // in the order of the person's own language; empty: no name is held
	Region    string    `json:"region,omitempty"`
	Languages []string  `json:"languages,omitempty"`
	Email     string    `json:"email,omitempty"` // masked
	Stage     string    `json:"stage,omitempty"`
	Tier      string    `json:"tier,omitempty"`
	Points    int64     `json:"points"`
	Orders    int64     `json:"orders"`
	Spent     Money     `json:"spent"`
	LastOrder time.Time `json:"last_order,omitzero"`
	OpenCases int       `json:"open_cases"`
}

// CustomerOptions say how much of a customer is shown. Reveal shows contact points in
// full; without it they are masked.
type CustomerOptions struct {
	Reveal   bool   `json:"reveal,omitempty"`
	Timeline string `json:"timeline,omitempty"` // cursor of the timeline, empty for its newest page
}

// CustomerPage is everything about one customer on one page.
type CustomerPage struct {
	ID         string         `json:"id"`
	Now        time.Time      `json:"now"`
	Zone       string         `json:"zone"`      // the customer's, else the shop's
	ZoneFrom   string         `json:"zone_from"` // customer or shop
	LocalTime  string         `json:"local_time"`
	MergedInto string         `json:"merged_into,omitempty"` // only this is filled when the customer was merged
	Revision   int64          `json:"revision"`
	Identity   Identity       `json:"identity"`
	Greeting   Greeting       `json:"greeting"`
	Contacts   []ContactView  `json:"contacts"`
	Revealed   bool           `json:"revealed"`
	Consents   []ConsentView  `json:"consents"`
	Segments   []Membership   `json:"segments"`
	Summary    PurchaseView   `json:"summary"`
	Orders     []OrderView    `json:"orders"` // the newest first, at most 20
	Cases      []CaseView     `json:"cases"`  // open ones first
	Promises   []PromiseView  `json:"promises"`
	NextReply  *ReplyPromise  `json:"next_reply,omitempty"` // what may be promised for a message that comes now
	Account    AccountView    `json:"account"`
	Advice     AdviceView     `json:"advice"`
	Timeline   TimelineView   `json:"timeline"`
	Answers    []AnswerView   `json:"answers"`
	Merges     []MergeView    `json:"merges"`     // of this customer, that can be undone
	Duplicates []ProposalView `json:"duplicates"` // who may be the same person
}

// Identity is who the customer is.
type Identity struct {
	Name      string     `json:"name,omitempty"`
	Names     []NameView `json:"names"`
	CallMe    string     `json:"call_me,omitempty"`
	Title     string     `json:"title,omitempty"`
	Form      string     `json:"form,omitempty"` // stated grammatical form; empty: not stated
	Languages []string   `json:"languages"`
	Region    string     `json:"region,omitempty"`
	Country   string     `json:"country,omitempty"` // in words
	Stage     string     `json:"stage,omitempty"`
	StageWhy  string     `json:"stage_why,omitempty"`
	Since     time.Time  `json:"since,omitzero"`
	Tags      []string   `json:"tags,omitempty"`
}

// NameView is one of the names.
type NameView struct {
	Use      string `json:"use"`
	Text     string `json:"text"`
	Language string `json:"language,omitempty"`
}

// Greeting says how to open a letter to the customer, and why.
type Greeting struct {
	Line   string      `json:"line,omitempty"` // empty where there is nothing to address the person by
	Close  string      `json:"close,omitempty"`
	Why    string      `json:"why"`
	Ask    bool        `json:"ask"` // ask the person before relying on it
	Guides []GuideView `json:"guides"`
	// Notes say what to ask; Sources are the works that the line rests on.
	Notes   []string `json:"notes,omitempty"`
	Sources []string `json:"sources,omitempty"`
	// Hours is when the customer may be called, and HoursWhy the reasons.
	Hours    string `json:"hours,omitempty"`
	HoursWhy string `json:"hours_why,omitempty"`
}

// GuideView is one sourced piece of guidance about the culture that the customer stated.
type GuideView struct {
	Topic      string   `json:"topic"`
	Text       string   `json:"text"`
	Confidence string   `json:"confidence,omitempty"`
	Basis      string   `json:"basis,omitempty"`
	Sources    []string `json:"sources,omitempty"`
	Ask        bool     `json:"ask"`
}

// ContactView is a contact point. Value is masked unless it was revealed.
type ContactView struct {
	Kind     string    `json:"kind"`
	Value    string    `json:"value"`
	Masked   bool      `json:"masked"`
	Status   string    `json:"status"`
	Verified time.Time `json:"verified,omitzero"`
}

// ConsentView is the answer to one question: may the shop write for this purpose over
// this channel, and why. Until is when time alone changes the answer, zero for never.
type ConsentView struct {
	Purpose string    `json:"purpose"`
	Channel string    `json:"channel"`
	Allowed bool      `json:"allowed"`
	Reason  string    `json:"reason"`
	Basis   string    `json:"basis,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Proof   string    `json:"proof,omitempty"`
}

// Membership is a segment and whether the customer belongs to it.
type Membership struct {
	Segment string    `json:"segment"`
	Label   string    `json:"label"`
	In      bool      `json:"in"`
	Unknown bool      `json:"unknown,omitempty"` // the data do not say
	Until   time.Time `json:"until,omitzero"`    // when time alone changes it
}

// SegmentView is a segment with how many it holds.
type SegmentView struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Words   string `json:"words"` // the condition for people
	JSON    string `json:"json"`  // the condition as it is stored
	SQL     string `json:"sql"`   // the condition as the database would ask it; empty where it has no columns for it
	Args    []any  `json:"-"`     // of the placeholders of SQL
	Count   int    `json:"count"`
	Unknown int    `json:"unknown"`
	Of      int    `json:"of"`
}

// SegmentExplanation is why a customer is in a segment or not.
type SegmentExplanation struct {
	Membership
	Customer string `json:"customer"`
	Steps    []Step `json:"steps"`
}

// PurchaseView sums up what the customer bought.
type PurchaseView struct {
	Orders    int64     `json:"orders"`
	Returns   int64     `json:"returns"`
	Net       Money     `json:"net"`
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
	RFM       string    `json:"rfm,omitempty"` // scores of recency, frequency and money, 1 to 5 each
	RFMName   string    `json:"rfm_name,omitempty"`
	Alive     string    `json:"alive,omitempty"`    // probability that the customer still buys, in percent
	Expected  string    `json:"expected,omitempty"` // orders in the next twelve months
	Value     *Money    `json:"value,omitempty"`    // discounted, of the next twelve months
	ValueNote string    `json:"value_note,omitempty"`
}

// OrderView is an order or, with Of, its return.
type OrderView struct {
	Number   string    `json:"number"`
	Customer string    `json:"customer"`
	At       time.Time `json:"at"`
	Amount   Money     `json:"amount"`
	Items    []string  `json:"items,omitempty"`
	Of       string    `json:"of,omitempty"`
	Returned Money     `json:"returned"` // of an order: what came back
	Points   int64     `json:"points"`   // net of what was taken back
}

// AnswerView is a survey that the customer answered.
type AnswerView struct {
	Survey string    `json:"survey"`
	At     time.Time `json:"at"`
	Scores []Score   `json:"scores"`
	Case   string    `json:"case,omitempty"` // the case that a low score opened
}

// ContactPointCommand adds a contact point. Kind is email, phone or handle. A phone
// number without + is read in Region, else in the customer's.
type ContactPointCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Kind     string `json:"kind"`
	Value    string `json:"value"`
	Region   string `json:"region,omitempty"`
	Service  string `json:"service,omitempty"` // of a handle
}

// ConsentCommand grants or withdraws consent. Action is grant, withdraw or object.
type ConsentCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Action   string `json:"action"`
	Purpose  string `json:"purpose"`
	Channel  string `json:"channel"` // * for all
	Method   string `json:"method,omitempty"`
	Wording  string `json:"wording,omitempty"`
}

// File is something to download.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Data []byte `json:"data"`
}

// EraseCommand erases a person. Confirm repeats the customer's id.
type EraseCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Confirm  string `json:"confirm"`
	Reason   string `json:"reason,omitempty"`
}

// ReceiptView says what was erased, without any of it.
type ReceiptView struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Customer string    `json:"customer"` // the id under which the ledgers go on, if any
	Removed  []Count   `json:"removed"`  // rows by table
	Kept     []string  `json:"kept"`     // what stays, with the ground
}
