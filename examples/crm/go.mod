module github.com/rapport-go/rapport/examples/crm

go 1.26.0

require (
	github.com/nyaruka/phonenumbers v1.8.1
	github.com/rapport-go/rapport v0.0.0
	github.com/rapport-go/rapport/examples/sqlite v0.0.0
	github.com/shopspring/decimal v1.6.0
	github.com/stretchr/testify v1.12.1
	golang.org/x/text v0.41.0
	modernc.org/sqlite v1.60.1
)

require modernc.org/libc v1.77.1 // indirect

replace (
	github.com/rapport-go/rapport => ../..
	github.com/rapport-go/rapport/examples/sqlite => ../sqlite
)
