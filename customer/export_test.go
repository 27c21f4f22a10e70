package customer

import "fmt"

// Dump is all that the store keeps, as text in which bytes can be searched.
func (s *MemStore) Dump() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := fmt.Sprintln(s.redirects, s.seen, s.suppressed)
	for id, history := range s.histories {
		out += string(id)
		for _, e := range history {
			out += fmt.Sprintln(e.ID, e.Customer, e.Subject, e.Origin, e.Actor, e.Source, e.Kind) + string(e.Body)
		}
	}
	return out
}
