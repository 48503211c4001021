package licences

import "time"

type Look struct{ At time.Time }
