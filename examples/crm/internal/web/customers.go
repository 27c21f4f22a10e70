package web

import (
	"net/http"
	"strconv"

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
	list, err := s.desk.Customers(r.Context(), desk.CustomerQuery{Text: q.Get("q"), Segment: q.Get("segment"), After: q.Get("after"), Limit: pageSize(q.Get("limit"))})
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
