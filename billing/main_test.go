package billing_test

import (
	"testing"

	"pitdesk/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
