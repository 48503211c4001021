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
			room: chat.NewRoom(), links: chat.NewLinks(key),
			sending: chat.NewThrottle(chat.Sending), signals: chat.NewThrottle(chat.Signals), uploading: chat.NewThrottle(chat.Uploading),
			arriving: chat.NewThrottle(chat.Arriving), refusals: chat.NewThrottle(chat.Refusals),
			seeking: chat.NewThrottle(chat.Seeking), seekers: chat.NewThrottle(chat.Seekers), digests: key,
		}
	})
	return s.chat
}
