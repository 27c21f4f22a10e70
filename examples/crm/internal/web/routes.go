package web

import (
	"net/http"
	"strings"
)

// answer serves one request. What it returns is told to the client by [Server.fail];
// it must not have written then.
type answer func(w http.ResponseWriter, r *http.Request) error

// access says who may call a route.
type access uint8

const (
	// closed asks for the administrator's token, where there is one.
	closed access = iota
	// open answers everybody: the sign-in page, the style sheet, the document of the API.
	open
)

// route is one request that the server answers.
type route struct {
	method, path string
	access       access
	body         int64 // bytes of the body that are read at most; 0 means MaxBody
	serve        answer
}

// allRoutes are the pages, their forms and the API.
func (s *Server) allRoutes() []route {
	out := []route{
		{method: "GET", path: "/assets/{file}", access: open, serve: s.asset},
		{method: "GET", path: "/healthz", access: open, serve: s.health},
		{method: "GET", path: "/signin", access: open, serve: s.signInPage},
		{method: "POST", path: "/signin", access: open, serve: s.signIn},
		{method: "POST", path: "/signout", serve: s.signOut},

		{method: "GET", path: "/{$}", serve: s.dashboardPage},

		{method: "GET", path: "/customers", serve: s.customersPage},
		{method: "GET", path: "/customers/{customer}", serve: s.customerPage},
		{method: "POST", path: "/customers/{customer}/reveal", serve: s.revealCustomer},
		{method: "POST", path: "/customers/{customer}/consent", serve: s.recordConsent},
		{method: "POST", path: "/customers/{customer}/contacts", serve: s.addContact},
		{method: "POST", path: "/customers/{customer}/offers", serve: s.recordOffer},
		{method: "GET", path: "/segments", serve: s.segmentsPage},
		{method: "GET", path: "/customers/{customer}/segments/{segment}", serve: s.membershipPage},

		{method: "GET", path: "/loyalty", serve: s.loyaltyStart},
		{method: "GET", path: "/customers/{customer}/loyalty", serve: s.loyaltyPage},
		{method: "POST", path: "/customers/{customer}/loyalty/{act}", serve: s.loyaltyAct},

		{method: "GET", path: "/cases", serve: s.casesPage},
		{method: "GET", path: "/cases/{case}", serve: s.casePage},
		{method: "POST", path: "/cases/{case}", serve: s.actOnCase},
		{method: "GET", path: "/customers/{customer}/case", serve: s.newCasePage},
		{method: "POST", path: "/customers/{customer}/case", serve: s.openCase},

		{method: "GET", path: "/surveys", serve: s.surveysPage},
		{method: "GET", path: "/surveys/{survey}", serve: s.surveyPage},
		{method: "POST", path: "/surveys/{survey}", serve: s.answerSurvey},

		{method: "GET", path: "/merges", serve: s.mergesPage},
		{method: "POST", path: "/merges", serve: s.merge},
		{method: "POST", path: "/merges/distinct", serve: s.distinct},
		{method: "POST", path: "/merges/{merge}/undo", serve: s.undoMerge},

		{method: "GET", path: "/imports", serve: s.importsPage},
		{method: "POST", path: "/imports", body: s.opts.MaxImport, serve: s.importInvoices},
		{method: "POST", path: "/imports/shop", serve: s.importShop},

		{method: "GET", path: "/privacy", serve: s.receiptsPage},
		{method: "GET", path: "/customers/{customer}/privacy", serve: s.privacyPage},
		{method: "POST", path: "/customers/{customer}/export", serve: s.export},
		{method: "POST", path: "/customers/{customer}/erase", serve: s.erase},
	}
	if s.renderer != nil {
		out = append(out, route{method: "GET", path: "/surveyjs/{file}", access: open, serve: s.rendererFile})
	}
	return append(out, s.apiRoutes()...)
}

// routeHandler checks who calls, bounds the body and tells the client what went wrong.
func (s *Server) routeHandler(rt route) http.Handler {
	limit := rt.body
	if limit == 0 {
		limit = s.opts.MaxBody
	}
	pattern := rt.path
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := follow(w); x != nil {
			x.route = pattern
		}
		if rt.access == closed {
			in, err := s.authorised(r)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			if !in {
				s.askForToken(w, r)
				return
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if err := rt.serve(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// askForToken sends people to the sign-in page and programs a challenge.
func (s *Server) askForToken(w http.ResponseWriter, r *http.Request) {
	if isAPI(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="crm"`)
		s.fail(w, r, refusal{status: http.StatusUnauthorized, code: "unauthorized", text: "Send the administrator's token as a bearer token."})
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.fail(w, r, refusal{status: http.StatusUnauthorized, code: "unauthorized", text: "Please sign in first. Nothing was done."})
		return
	}
	http.Redirect(w, r, "/signin?next="+escapeQuery(r.URL.RequestURI()), http.StatusSeeOther)
}

var allMethods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// noRoute tells a wrong method from a path that does not exist.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, method := range allMethods {
		try := r.Clone(r.Context())
		try.Method = method
		if _, pattern := s.mux.Handler(try); pattern != "/" && pattern != "" && strings.HasPrefix(pattern, method+" ") {
			allow = append(allow, method)
		}
	}
	if len(allow) == 0 {
		s.fail(w, r, refusal{status: http.StatusNotFound, code: "not-found", text: "There is no page at this address."})
		return
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	s.fail(w, r, refusal{status: http.StatusMethodNotAllowed, code: "method", text: "This address does not take " + knownMethod(r.Method) + " requests."})
}

// health says that the server answers; it asks the database nothing.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("ok\n"))
	return err
}
