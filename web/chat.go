package web

import (
	"crypto/rand"
	"sync"

	"pitdesk/desk/answers/deflection"
	"pitdesk/desk/channels/chat"
)

// chatDesk is what the chat's handlers share in one process.
type chatDesk struct {
	room                                            *chat.Room
	links                                           chat.Links
	sending, signals, uploading, arriving, refusals *chat.Throttle
	seeking, seekers                                *chat.Throttle
	digests                                         deflection.Key // by which numbers tell people apart without knowing them
	loaders                                         sync.Map       // by loaderOf
	streams                                         *counter
}

// chats returns the chat's shared parts, made at the first call.
func (s *Server) chats() *chatDesk {
	s.chatOnce.Do(func() {
		key := s.LinkKey
		if len(key) == 0 {
			key = make([]byte, 32)
			_, _ = rand.Read(key)
		}
		s.chat = &chatDesk{
			room: chat.NewRoom(), links: chat.NewLinks(key), streams: &counter{most: 10, open: map[string]int{}},
			sending: chat.NewThrottle(chat.Sending), signals: chat.NewThrottle(chat.Signals), uploading: chat.NewThrottle(chat.Uploading),
			arriving: chat.NewThrottle(chat.Arriving), refusals: chat.NewThrottle(chat.Refusals),
			seeking: chat.NewThrottle(chat.Seeking), seekers: chat.NewThrottle(chat.Seekers), digests: key,
		}
	})
	return s.chat
}

// counter bounds how many of something anybody has open at once.
type counter struct {
	most int
	mu   sync.Mutex
	open map[string]int
}

func (c *counter) enter(who string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[who] >= c.most {
		return false
	}
	c.open[who]++
	return true
}

func (c *counter) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[who]--; c.open[who] <= 0 {
		delete(c.open, who)
	}
}
