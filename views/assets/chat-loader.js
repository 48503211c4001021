"use strict";(()=>{var H=`.all { --ease: 150ms ease-out; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color-scheme: light dark }
[hidden] { display: none !important }
button { all: unset; box-sizing: border-box; cursor: pointer }
button:focus-visible, textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.launcher, .panel { position: fixed; inset-inline-end: max(var(--inset), env(safe-area-inset-right)); z-index: 2147483000 }
.start > * { inset-inline: max(var(--inset), env(safe-area-inset-left)) auto }
.launcher {
  bottom: calc(var(--bottom) + env(safe-area-inset-bottom)); width: 56px; height: 56px; border-radius: 50%;
  display: grid; place-items: center; background: var(--accent); color: var(--on);
  box-shadow: 0 1px 3px #0003, 0 6px 20px #0003; transition: transform var(--ease)
}
.launcher:hover { transform: scale(1.04) }
.launcher:focus-visible { outline: 2px solid #fff; box-shadow: 0 0 0 5px #1d1d1f }
.badge {
  position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 20px; padding: 0 5px; box-sizing: border-box;
  border-radius: 10px; background: #c4122f; color: #fff; font: 600 12px/20px system-ui, sans-serif; text-align: center
}
.panel {
  bottom: calc(var(--bottom) + 72px + env(safe-area-inset-bottom)); width: 400px; height: min(640px, 100vh - var(--bottom) - 88px);
  max-width: calc(100vw - 2 * var(--inset)); border-radius: 16px; overflow: hidden; background: #fff; color: #1d1d1f;
  box-shadow: 0 0 0 1px #0000000f, 0 12px 48px #00000038; animation: rise var(--ease)
}
iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; color-scheme: normal }
.wait { position: absolute; inset: 0; z-index: 1; display: flex; flex-direction: column; background: inherit }
.bar { display: flex; align-items: center; justify-content: space-between; padding: 12px 12px 12px 16px; font-size: 16px; border-bottom: 1px solid #0000001a }
.leave { width: 44px; height: 44px; display: grid; place-items: center; border-radius: 8px }
.leave svg { width: 20px; height: 20px }
.dots { flex: 1; background: radial-gradient(circle at 50% 50%, var(--accent) 0 4px, #0000 5px) center/20px 20px no-repeat; animation: pulse 1.2s infinite }
.note { margin: 0 16px 12px }
textarea {
  font: inherit; font-size: 16px; color: inherit; background: none; margin: 12px; padding: 10px 12px; height: 44px; box-sizing: border-box;
  border: 1px solid #0000003d; border-radius: 12px; resize: none
}
textarea:placeholder-shown { direction: inherit }
@media (prefers-color-scheme: dark) {
  .panel { background: #1b1c1f; color: #f2f2f3; box-shadow: 0 0 0 1px #ffffff1f, 0 12px 48px #0009 }
  .bar { border-color: #ffffff1f }
  textarea { border-color: #fff5 }
}
@media (max-width: 480px), (max-height: 520px) {
  .panel, .start > .panel { inset: 0; width: 100%; max-width: none; height: 100vh; height: 100dvh; border-radius: 0 }
  [data-open] > .launcher { display: none }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important } }
@keyframes rise { from { opacity: 0; transform: translateY(8px) } }
@keyframes pulse { 50% { opacity: .3 } }
`;var B="M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719",F="M18 6 6 18 M6 6l12 12";function C(o,a,t,u){let p=document.createElement("div");p.style.cssText="all:initial!important";let s=p.attachShadow({mode:"open"}),b=new CSSStyleSheet;b.replaceSync(H),s.adoptedStyleSheets=[b];let l=h("div","all"),f=h("button","launcher"),y=q(B),g=h("span","badge"),r=h("div","panel"),i=h("div","wait"),x=h("div","bar"),T=h("strong"),v=h("button","leave"),w=h("p","note"),d=h("textarea");f.type=v.type="button",g.hidden=!0,r.hidden=!0,w.hidden=!0,w.setAttribute("role","status"),d.dir=T.dir="auto",d.maxLength=5e3,T.textContent=o.name,f.append(y,g),v.append(q(F)),x.append(T,v),i.append(x,h("div","dots"),w,d),r.append(i),l.append(r,f),l.style.setProperty("--accent",o.accent),l.style.setProperty("--on",o.on),s.append(l),document.body.append(p);let m,E=0,M=matchMedia("(max-width:480px),(max-height:520px)"),k,S=()=>{let n=r.hidden?m.open:m.close;f.setAttribute("aria-label",E&&r.hidden?`${n} (${E})`:n),f.setAttribute("aria-expanded",String(!r.hidden))},P=n=>{let e=document.documentElement.style;n&&M.matches&&k===void 0&&(k=e.overflow,e.overflow="hidden"),!n&&k!==void 0&&(e.overflow=k,k=void 0)},A={frame(n){let e=h("iframe");return e.title=m.title,e.allow="clipboard-write",e.src=n,r.append(e),e},open(n){r.hidden=!1,i.hidden=n,l.dataset.open="",y.firstElementChild.setAttribute("d",F),P(!0),S(),n?r.querySelector("iframe")?.focus():d.focus()},close(n){r.hidden=!0,delete l.dataset.open,y.firstElementChild.setAttribute("d",B),P(!1),S(),n&&f.focus()},handOver(){if(i.hidden)return;let n={text:d.value,start:d.selectionStart,end:d.selectionEnd},e=s.activeElement===d;return i.hidden=!0,d.value="",e&&r.querySelector("iframe")?.focus(),n},trouble(n){w.hidden=!n,n&&!r.hidden&&(i.hidden=!1)},unread(n){E=n,g.hidden=!n,g.textContent=n>9?"9+":String(n),S()},place(n){l.classList.toggle("start",n.side==="start"),f.hidden=n.launcher===!1,l.style.setProperty("--bottom",`${n.bottom??20}px`),l.style.setProperty("--inset",`${n.inset??20}px`)},speak(n){let e=n||document.documentElement.lang||o.language;m=o.words[e]??o.words[e.replace(/-.*/,"")]??o.words[o.language],l.dir=m.rtl?"rtl":"ltr",d.placeholder=m.write,d.setAttribute("aria-label",m.write),v.setAttribute("aria-label",m.close),w.textContent=m.away,r.setAttribute("role","dialog"),r.setAttribute("aria-label",m.title),S()},modal:()=>M.matches,remove(){P(!1),p.remove()}};return f.onclick=t,v.onclick=()=>u(),i.onkeydown=n=>{n.key==="Escape"&&u()},A.speak(a),A}function h(o,a){let t=document.createElement(o);return a&&(t.className=a),t}function q(o){let a="http://www.w3.org/2000/svg",t=document.createElementNS(a,"svg");t.setAttribute("viewBox","0 0 24 24"),t.setAttribute("aria-hidden","true");let u=document.createElementNS(a,"path");return u.setAttribute("d",o),t.append(u),t}var z="desk.mark";function O(o){let a={},t,u,p=!1,s=!1,b=!1,l,f=0,y=0,g=0,r=[],i=e=>u?.contentWindow?.postMessage(e,o),x=()=>{if(u||!t)return;let e=new URL("/chat",o);e.searchParams.set("origin",location.origin);let c=a.language||document.documentElement.lang;c&&e.searchParams.set("language",c),a.theme&&e.searchParams.set("theme",a.theme),u=t.frame(e.href),p=!1,u.onload=()=>T(4e3),T(2e4)},T=e=>{clearTimeout(f),!p&&(f=window.setTimeout(()=>{if(b&&y>2)return M();y++,t?.trouble(!0),v(),f=window.setTimeout(x,Math.min(3e4,1e3*2**y))},e))},v=()=>{u?.remove(),u=void 0,p=!1},w=()=>{if(!(s||b)){if(!t){s=!0;return}s=!0,x(),t.open(p),p&&i({say:"opened",modal:t.modal()})}},d=(e=!0)=>{s&&(s=!1,i({say:"closed"}),t?.close(e))},m=async()=>{let e=a.identity;if(!e)return i({say:"anonymous"});try{let c=await e();e===a.identity&&i(c?{say:"identity",jwt:c}:{say:"anonymous"})}catch{i({say:"unidentified"})}},E=e=>{if(!u||e.source!==u.contentWindow||e.origin!==o)return;let c=e.data;switch(c.say){case"ready":{if(p=!0,y=0,clearTimeout(f),b)return i({say:"shutdown"});if(I()==="leaving"&&(D(),i({say:"forget"})),t?.trouble(!1),!s||!t)return;let L=t.handOver();return i({say:"opened",draft:L,modal:t.modal()})}case"identify":return void m();case"unread":return c.known&&D("known"),c.count===g?void 0:(g=c.count,t?.unread(g),r.forEach(L=>L(g)));case"close":return d();case"gone":return D(),M()}},M=()=>{clearTimeout(f),removeEventListener("message",E),v(),t?.remove(),t=void 0,b=s=!1,a={},g=0,r.splice(0).forEach(e=>e(0)),l&&P.boot(l),l=void 0},k=()=>{if(t||b)return;t=C(brand,a.language,()=>s?d():w(),d),t.place(a);let e=s;s=!1,e?w():(a.identity||I())&&R(()=>x())},S=(e={})=>{let c=a;a={...a,...e},t&&(t.place(a),a.theme&&a.theme!==c.theme&&i({say:"theme",theme:a.theme}),a.language!==c.language?(t.speak(a.language),v(),s&&(x(),t.open(!1))):"identity"in e&&(p?m():R(()=>x())))},P={boot(e={}){if(b){l=e;return}if(t)return S(e);a={...e},addEventListener("message",E),document.body?k():addEventListener("DOMContentLoaded",k)},update:S,shutdown(){if(!t){if(!I())return;addEventListener("message",E),t=C(brand,a.language,()=>{},()=>{})}D("leaving"),t.close(!1),t.place({launcher:!1}),b=!0,s=!1,p?i({say:"shutdown"}):x()},show:w,hide:()=>d(),onUnreadCountChange(e){r.push(e),e(g)}},A=window.Desk?.q??[],n=(e,c)=>{let L=P[e];if(!L)return console.warn(`Desk: there is no "${e}"`);L(c)};n.here=!0,window.Desk=n;for(let e of Array.from(A))n(e[0],e[1])}function I(){try{return localStorage.getItem(z)}catch{return null}}function D(o){try{o?localStorage.setItem(z,o):localStorage.removeItem(z)}catch{}}function R(o){let a=()=>"requestIdleCallback"in window?requestIdleCallback(o,{timeout:3e3}):setTimeout(o,300);document.readyState==="complete"?a():addEventListener("load",a,{once:!0})}var W=document.currentScript;W&&!window.Desk?.here&&O(new URL(W.src).origin);})();
