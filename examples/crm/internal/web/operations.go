package web

import (
	"context"
	"mime"
	"net/http"
	"reflect"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// operations are the requests of the API: the same reads and writes as the pages.
func (s *Server) operations() []operation {
	var out []operation
	out = append(out, s.overviewOperations()...)
	out = append(out, s.peopleOperations()...)
	out = append(out, s.programmeOperations()...)
	out = append(out, s.serviceOperations()...)
	out = append(out, s.feedbackOperations()...)
	out = append(out, s.identityOperations()...)
	out = append(out, s.intakeOperations()...)
	return append(out, s.privacyOperations()...)
}

// customerOf is the customer in the path.
func customerOf(r *http.Request) string { return r.PathValue("customer") }

var keyAndCustomer = []string{"key", "customer"}

func (s *Server) overviewOperations() []operation {
	return []operation{
		read("/shop", func(ctx context.Context, _ *http.Request) (desk.Head, error) { return s.desk.Head(ctx) }),
		read("/dashboard", func(ctx context.Context, _ *http.Request) (desk.Dashboard, error) { return s.desk.Dashboard(ctx) }),
	}
}

func (s *Server) peopleOperations() []operation {
	return []operation{
		read("/customers", func(ctx context.Context, r *http.Request) (desk.CustomerList, error) {
			n, err := limit(r)
			if err != nil {
				return desk.CustomerList{}, err
			}
			text, err := searchText(r)
			if err != nil {
				return desk.CustomerList{}, err
			}
			q := r.URL.Query()
			return s.desk.Customers(ctx, desk.CustomerQuery{Text: text, Segment: q.Get("segment"), After: q.Get("after"), Limit: n})
		}),
		read("/customers/{customer}", func(ctx context.Context, r *http.Request) (desk.CustomerPage, error) {
			q := r.URL.Query()
			return s.desk.Customer(ctx, customerOf(r), &desk.CustomerOptions{Reveal: q.Get("reveal") == "true", Timeline: q.Get("timeline")})
		}),
		write("/customers/{customer}/contact-points", keyAndCustomer, func(c *desk.ContactPointCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, s.desk.AddContactPoint),
		write("/customers/{customer}/consents", keyAndCustomer, func(c *desk.ConsentCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, func(ctx context.Context, c desk.ConsentCommand) (List[desk.ConsentView], error) {
			items, err := s.desk.RecordConsent(ctx, c)
			return List[desk.ConsentView]{Items: items}, err
		}),
		write("/customers/{customer}/offers", keyAndCustomer, func(c *desk.OfferCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, s.desk.Offer),
		list("/segments", s.desk.Segments),
		read("/customers/{customer}/segments/{segment}", func(ctx context.Context, r *http.Request) (desk.SegmentExplanation, error) {
			return s.desk.ExplainSegment(ctx, r.PathValue("segment"), customerOf(r))
		}),
	}
}

func (s *Server) programmeOperations() []operation {
	earn := func(c *desk.EarnCommand, r *http.Request, key string) { c.Key, c.Customer = key, customerOf(r) }
	redeem := func(c *desk.RedeemCommand, r *http.Request, key string) { c.Key, c.Customer = key, customerOf(r) }
	settle := func(c *desk.SettleHoldCommand, r *http.Request, key string) {
		c.Key, c.Customer, c.Hold = key, customerOf(r), r.PathValue("hold")
	}
	inPath := []string{"key", "customer", "hold"}
	return []operation{
		read("/customers/{customer}/account", func(ctx context.Context, r *http.Request) (desk.AccountView, error) {
			return s.desk.Account(ctx, customerOf(r))
		}),
		try("/customers/{customer}/quotes/orders", keyAndCustomer, earn, s.desk.QuoteEarn),
		try("/customers/{customer}/quotes/redemptions", keyAndCustomer, redeem, s.desk.QuoteRedeem),
		write("/customers/{customer}/orders", keyAndCustomer, earn, s.desk.Earn),
		write("/customers/{customer}/redemptions", keyAndCustomer, redeem, s.desk.Redeem),
		write("/customers/{customer}/holds", keyAndCustomer, func(c *desk.HoldCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, s.desk.Hold),
		write("/customers/{customer}/holds/{hold}/capture", inPath, settle, s.desk.Capture),
		write("/customers/{customer}/holds/{hold}/release", append([]string{"points"}, inPath...), settle, s.desk.Release),
		write("/customers/{customer}/refunds", keyAndCustomer, func(c *desk.RefundCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, s.desk.Refund),
	}
}

func (s *Server) serviceOperations() []operation {
	return []operation{
		read("/cases", func(ctx context.Context, r *http.Request) (desk.CaseList, error) {
			n, err := limit(r)
			if err != nil {
				return desk.CaseList{}, err
			}
			q := r.URL.Query()
			return s.desk.Cases(ctx, desk.CaseQuery{Status: q.Get("status"), Owner: q.Get("owner"), After: q.Get("after"), Limit: n})
		}),
		read("/cases/{case}", func(ctx context.Context, r *http.Request) (desk.CasePage, error) {
			return s.desk.Case(ctx, r.PathValue("case"))
		}),
		write("/customers/{customer}/cases", keyAndCustomer, func(c *desk.OpenCaseCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, s.desk.OpenCase),
		write("/cases/{case}/acts", []string{"key", "case"}, func(c *desk.CaseCommand, r *http.Request, key string) {
			c.Key, c.Case = key, r.PathValue("case")
		}, s.desk.ActOnCase),
	}
}

func (s *Server) feedbackOperations() []operation {
	return []operation{
		list("/surveys", s.desk.Surveys),
		read("/surveys/{survey}", func(ctx context.Context, r *http.Request) (desk.SurveyForm, error) {
			q := r.URL.Query()
			return s.desk.Survey(ctx, r.PathValue("survey"), q.Get("customer"), q.Get("language"))
		}),
		write("/surveys/{survey}/answers", []string{"key", "survey"}, func(c *desk.AnswerCommand, r *http.Request, key string) {
			c.Key, c.Survey = key, r.PathValue("survey")
		}, s.desk.Answer),
	}
}

// done is the body of an answer that has nothing more to say.
type doneAnswer struct {
	// Done is true.
	Done bool `json:"done"`
}

func (s *Server) identityOperations() []operation {
	return []operation{
		list("/merge-proposals", s.desk.Proposals),
		list("/merges", s.desk.Merges),
		write("/merges", []string{"key"}, func(c *desk.MergeCommand, _ *http.Request, key string) { c.Key = key }, s.desk.Merge),
		write("/merges/{merge}/undo", []string{"key", "merge"}, func(c *desk.UndoMergeCommand, r *http.Request, key string) {
			c.Key, c.Merge = key, r.PathValue("merge")
		}, s.desk.UndoMerge),
		write("/distinctions", []string{"key"}, func(c *desk.DistinctCommand, _ *http.Request, key string) { c.Key = key },
			func(ctx context.Context, c desk.DistinctCommand) (doneAnswer, error) {
				err := s.desk.Distinct(ctx, c)
				return doneAnswer{Done: err == nil}, err
			}),
	}
}

func (s *Server) intakeOperations() []operation {
	return []operation{
		list("/imports", s.desk.Imports),
		{method: http.MethodPost, path: "/imports", response: reflect.TypeFor[desk.ImportReport](), keyed: true, body: s.opts.MaxImport, serve: s.apiImport},
	}
}

// apiImport imports invoices from the body itself.
func (s *Server) apiImport(w http.ResponseWriter, r *http.Request) error {
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || (kind != "text/csv" && kind != "application/gzip") {
		return refusal{status: http.StatusUnsupportedMediaType, code: "media-type", text: "The body has to be text/csv or application/gzip."}
	}
	name := fileName(r.URL.Query().Get("name"))
	if name == "" {
		name = "invoices.csv"
	}
	report, err := s.desk.ImportInvoices(r.Context(), desk.ImportCommand{Key: key, Name: name, Body: r.Body, Size: max(r.ContentLength, 0)}, nil)
	if err != nil {
		return err
	}
	return sendJSON(w, r, report)
}

func (s *Server) privacyOperations() []operation {
	return []operation{
		{method: http.MethodGet, path: "/customers/{customer}/export", serve: func(w http.ResponseWriter, r *http.Request) error {
			format := r.URL.Query().Get("format")
			if format == "" {
				format = "json"
			}
			file, err := s.desk.Export(r.Context(), customerOf(r), format)
			if err != nil {
				return err
			}
			sendFile(w, file)
			return nil
		}},
		write("/customers/{customer}/erasure", keyAndCustomer, func(c *desk.EraseCommand, r *http.Request, key string) {
			c.Key, c.Customer = key, customerOf(r)
		}, s.desk.Erase),
		list("/receipts", s.desk.Receipts),
	}
}
