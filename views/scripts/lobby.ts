// What a casino puts in its pages to have the chat: a queue for early calls, and who is signed in by a token from its own
// backend. This is the demo's; docs/chat.md tells the rest.
export {};

type Call = (...call: unknown[]) => void;
const page = window as unknown as { Desk?: Call & { q?: unknown[][] } };

page.Desk ??= (...call: unknown[]) => void (page.Desk!.q ??= []).push(call);

const player = document.body.dataset.player;

async function identity(): Promise<string> {
	const answer = await fetch("/identity", { method: "POST" });
	if (!answer.ok) throw new Error(`identity: ${answer.status}`);
	return answer.text();
}

page.Desk("boot", player ? { identity } : {});
page.Desk("onUnreadCountChange", (count: number) => {
	document.title = document.title.replace(/^\(\d+\) /, "");
	if (count) document.title = `(${count}) ${document.title}`;
});

document.querySelector("[data-chat=show]")?.addEventListener("click", () => page.Desk!("show"));
document.getElementById("sign-out")?.addEventListener("click", () => page.Desk!("shutdown"));
