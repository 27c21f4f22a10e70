package match

// Proposal is what two records may be to one another that are not one person. It is
// asked of a person, as a review is, and never merges anything.
type Proposal uint8

// ProposalHousehold: two people of one household, such as a couple, twins or parent and
// child. They are [Different], by a veto that decides or by given names that differ,
// and they share two of e-mail addresses, telephones and street addresses, or one of
// them and the surname. A value that is demoted is not shared, so colleagues who use the
// contact points of their office are no household. A street address counts where no
// postcode and no place that both have says that it is another street of that name, and
// where the model's frequencies do not say that more than 12 records have it.
const ProposalHousehold Proposal = 1

const proposalWords words = "household"

// String names the proposal.
func (p Proposal) String() string { return proposalWords.text(uint8(p)) }

// MarshalText writes the name.
func (p Proposal) MarshalText() ([]byte, error) { return proposalWords.marshal(uint8(p)) }

// UnmarshalText reads a name.
func (p *Proposal) UnmarshalText(text []byte) error {
	i, err := proposalWords.parse(text)
	*p = Proposal(i)
	return err
}

// homes is where what a household shares lies in the rows.
type homes struct {
	points, streets, areas []int
	model                  *Model
	table                  *table
}

// homeRecords is how many records the people of one household have at most.
const homeRecords = 12

func (t *table) homes(m *Model) homes {
	h := homes{model: m, table: t}
	for i, f := range t.schema.fields {
		switch f.role {
		case RoleEmail, RolePhone:
			h.points = append(h.points, t.fields[i])
		case RoleStreet:
			h.streets = append(h.streets, t.fields[i])
		case RolePostcode, RolePlace:
			h.areas = append(h.areas, t.fields[i])
		}
	}
	return h
}

// shares gives the columns of what two rows share that a household shares.
func (h *homes) shares(x, y []uint32, yield func(column int)) {
	for _, c := range h.points {
		if x[c] == y[c] && x[c] != 0 {
			yield(c)
		}
	}
	for _, c := range h.areas {
		if x[c] != y[c] && x[c] != 0 && y[c] != 0 {
			return
		}
	}
	for _, c := range h.streets {
		if x[c] == y[c] && x[c] != 0 && h.ofFew(c, x[c]) {
			yield(c)
		}
	}
}

// ofFew says that a value is not known to be one of many records.
func (h *homes) ofFew(column int, id uint32) bool {
	c := &h.table.columns[column]
	f := h.model.Frequencies[c.name]
	if f == nil {
		return true
	}
	return f.Shares[c.dict.val(id)]*float64(f.Total) < homeRecords+0.5
}

// household says whether two records that are different may be of one household; vetoed
// says that a veto decided so.
func (v *vetoer) household(k *scratch, x, y []uint32, vetoed bool) bool {
	n := 0
	v.homes.shares(x, y, func(int) { n++ })
	if n == 0 || v.given == nil {
		return false
	}
	if g := k.relate(v.given, x, y); !vetoed && g != RelationDifferent && g != RelationSimilar {
		return false
	}
	return n >= 2 || k.relate(v.surname, x, y) >= RelationTypo
}

// propose adds to a match that is different what the two may be to one another.
func (v *vetoer) propose(k *scratch, x, y []uint32, m *Match) {
	if m.Verdict != Different {
		return
	}
	vetoed := false
	for i := range m.Vetoes {
		vetoed = vetoed || !m.Vetoes[i].Kind.open()
	}
	if !v.household(k, x, y, vetoed) {
		return
	}
	m.Proposal = ProposalHousehold
	v.homes.shares(x, y, func(c int) { m.Shares = append(m.Shares, v.table.columns[c].name) })
	if k.relate(v.surname, x, y) >= RelationTypo {
		m.Shares = append(m.Shares, Surname)
	}
}
