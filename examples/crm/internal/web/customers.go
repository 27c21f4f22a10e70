package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

type customersView struct {
	desk.CustomerList
	Segments []desk.SegmentView
	Zone     string
}

// customersPage lists customers by search and segment.
func (s *Server) customersPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text, err := searchText(r)
	if err != nil {
		return err
	}
	list, err := s.desk.Customers(r.Context(), desk.CustomerQuery{Text: text, Segment: q.Get("segment"), After: q.Get("after"), Limit: pageSize(q.Get("limit"))})
	if err != nil {
		return err
	}
	segments, err := s.desk.Segments(r.Context())
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, "customers", "Customers", customersView{CustomerList: list, Segments: segments, Zone: head.Zone})
}

// maxSearch is the length of the longest text that is looked for, in bytes.
const maxSearch = 200

// searchText reads what to look for.
func searchText(r *http.Request) (string, error) {
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(text) > maxSearch || !isText(text) {
		return "", &desk.ProblemError{Kind: desk.ErrInvalid, Problems: []desk.Problem{{Code: "q", Message: "What is looked for has at most 200 bytes of text."}}}
	}
	return text, nil
}

// pageSize reads the limit of a list; what is not a number from 1 to 200 is the
// application's own size.
func pageSize(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 200 {
		return 0
	}
	return n
}

// segmentsPage shows every segment with its condition.
func (s *Server) segmentsPage(w http.ResponseWriter, r *http.Request) error {
	segments, err := s.desk.Segments(r.Context())
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, "segments", "Segments", segments)
}

// membershipPage says why a customer is in a segment or not.
func (s *Server) membershipPage(w http.ResponseWriter, r *http.Request) error {
	why, err := s.desk.ExplainSegment(r.Context(), r.PathValue("segment"), r.PathValue("customer"))
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, "membership", "Why in a segment or not", membershipView{SegmentExplanation: why, Zone: head.Zone})
}

type membershipView struct {
	desk.SegmentExplanation
	Zone string
}
