package loyalty

// KnownJurisdictions are the two laws of expiry that this package can name, as data for
// [Spec].Jurisdictions: a host copies what it needs, and corrects it when the law
// changes. They restate secondary texts in our own words and are no legal advice;
// Source says which text and of when.
func KnownJurisdictions() []JurisdictionSpec {
	return []JurisdictionSpec{
		{
			ID: "CA-ON", TimeAlone: TimeForbidden,
			Source: "Ontario, Consumer Protection Act, 2002, rewards points (in force 2018): age alone may not end points; inactivity may, as the agreement says. After gowlingwlg.com, 2018; Bill 46 of 2025 may change it. Verify.",
		},
		{
			ID: "CA-QC", TimeAlone: TimeForbidden, MinInactivityMonths: 12, NoticeDays: &NoticeDays{Min: 30, Max: 60},
			Source: "Québec, Consumer Protection Act, loyalty programs (in force 2019): age alone may not end points; a year of inactivity may, after a notice 30 to 60 days before. After opc.gouv.qc.ca, rewards/expiry, 2021. Verify.",
		},
	}
}
