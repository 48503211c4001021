"use strict";(()=>{var D=`.all { --ease: 150ms ease-out; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color-scheme: light dark }
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
`;var B="M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719",F="M18 6 6 18 M6 6l12 12";function I(o,t,n,f){let p=document.createElement("div");p.style.cssText="all:initial!important";let d=p.attachShadow({mode:"open"});O(d);let i=g("div","all"),m=g("button","launcher"),v=R(B),w=g("span","badge"),r=g("div","panel"),b=g("div","wait"),h=g("div","bar"),x=g("strong"),k=g("button","leave"),y=g("p","note"),l=g("textarea");m.type=k.type="button",w.hidden=!0,r.hidden=!0,y.hidden=!0,y.setAttribute("role","status"),l.dir=x.dir="auto",l.maxLength=5e3,x.textContent=o.name,m.append(v,w),k.append(R(F)),h.append(x,k),b.append(h,g("div","dots"),y,l),r.append(b),i.append(r,m),i.style.setProperty("--accent",o.accent),i.style.setProperty("--on",o.on),d.append(i),document.body.append(p);let c,P=0,E=matchMedia("(max-width:480px),(max-height:520px)"),S,T=()=>{let a=r.hidden?c.open:c.close;m.setAttribute("aria-label",P&&r.hidden?`${a} (${P})`:a),m.setAttribute("aria-expanded",String(!r.hidden))},L=a=>{let s=document.documentElement.style;a&&E.matches&&S===void 0&&(S=s.overflow,s.overflow="hidden"),!a&&S!==void 0&&(s.overflow=S,S=void 0)},M={frame(a){let s=g("iframe");return s.title=c.title,s.allow="clipboard-write",s.src=a,r.append(s),s},open(a){r.hidden=!1,b.hidden=a,i.dataset.open="",v.firstElementChild.setAttribute("d",F),L(!0),r.setAttribute("aria-modal",String(E.matches)),T(),a?r.querySelector("iframe")?.focus():l.focus()},close(a){r.hidden=!0,delete i.dataset.open,v.firstElementChild.setAttribute("d",B),L(!1),T(),a&&m.focus()},handOver(){if(b.hidden)return;let a={text:l.value,start:l.selectionStart,end:l.selectionEnd},s=d.activeElement===l;return b.hidden=!0,l.value="",s&&r.querySelector("iframe")?.focus(),a},trouble(a){y.hidden=!a,a&&!r.hidden&&(b.hidden=!1)},unread(a){P=a,w.hidden=!a,w.textContent=a>9?"9+":String(a),T()},place(a){i.classList.toggle("start",a.side==="start"),m.hidden=a.launcher===!1,i.style.setProperty("--bottom",`${a.bottom??20}px`),i.style.setProperty("--inset",`${a.inset??20}px`)},speak(a){let s=a||document.documentElement.lang||o.language;c=o.words[s]??o.words[s.replace(/-.*/,"")]??o.words[o.language],i.dir=c.rtl?"rtl":"ltr",l.placeholder=c.write,l.setAttribute("aria-label",c.write),k.setAttribute("aria-label",c.close),y.textContent=c.away,r.setAttribute("role","dialog"),r.setAttribute("aria-label",c.title),T()},modal:()=>E.matches,remove(){L(!1),p.remove()}};return m.onclick=n,k.onclick=()=>f(),b.onkeydown=a=>{a.key==="Escape"&&f()},M.speak(t),M}function O(o){try{let t=new CSSStyleSheet;t.replaceSync(D),o.adoptedStyleSheets=[t]}catch{let t=g("style");t.textContent=D,o.append(t)}}function g(o,t){let n=document.createElement(o);return t&&(n.className=t),n}function R(o){let t="http://www.w3.org/2000/svg",n=document.createElementNS(t,"svg");n.setAttribute("viewBox","0 0 24 24"),n.setAttribute("aria-hidden","true");let f=document.createElementNS(t,"path");return f.setAttribute("d",o),n.append(f),n}var H="desk.mark";function U(o){let t={},n,f,p=!1,d=!1,i=!1,m,v=0,w=0,r=0,b=[],h=e=>f?.contentWindow?.postMessage(e,o),x=()=>{if(f||!n)return;let e=new URL("/chat",o);e.searchParams.set("origin",location.origin);let u=t.language||document.documentElement.lang;u&&e.searchParams.set("language",u),t.theme&&e.searchParams.set("theme",t.theme),f=n.frame(e.href),p=!1,f.onload=()=>k(4e3),k(2e4)},k=e=>{clearTimeout(v),!p&&(v=window.setTimeout(()=>{if(i&&w>2)return S();w++,n?.trouble(!0),y(),v=window.setTimeout(x,Math.min(3e4,1e3*2**w))},e))},y=()=>{f?.remove(),f=void 0,p=!1},l=()=>{if(!(d||i)){if(!n){d=!0;return}d=!0,x(),n.open(p),p&&h({say:"opened",modal:n.modal()})}},c=(e=!0)=>{d&&(d=!1,h({say:"closed"}),n?.close(e))},P=async()=>{let e=t.identity;if(!e)return h({say:"anonymous"});try{let u=await e();e===t.identity&&h(u?{say:"identity",jwt:u}:{say:"anonymous"})}catch{h({say:"unidentified"})}},E=e=>{if(!f||e.source!==f.contentWindow||e.origin!==o)return;let u=e.data;switch(u.say){case"ready":{if(p=!0,w=0,clearTimeout(v),i)return h({say:"shutdown"});if(z()==="leaving"&&(C(),h({say:"forget"})),n?.trouble(!1),!d||!n)return;let A=n.handOver();return h({say:"opened",draft:A,modal:n.modal()})}case"identify":return void P();case"unread":return u.known&&C("known"),u.count===r?void 0:(r=u.count,n?.unread(r),b.forEach(A=>A(r)));case"close":return c();case"gone":return C(),S()}},S=()=>{clearTimeout(v),removeEventListener("message",E),y(),n?.remove(),n=void 0,i=d=!1,t={},r=0,b.splice(0).forEach(e=>e(0)),m&&M.boot(m),m=void 0},T=()=>{if(n||i)return;n=I(brand,t.language,()=>d?c():l(),c),n.place(t);let e=d;d=!1,e?l():(t.identity||z())&&q(()=>x())},L=(e={})=>{let u=t;t={...t,...e},n&&(n.place(t),t.theme&&t.theme!==u.theme&&h({say:"theme",theme:t.theme}),t.language!==u.language?(n.speak(t.language),y(),d&&(x(),n.open(!1))):"identity"in e&&(p?P():q(()=>x())))},M={boot(e={}){if(i){m=e;return}if(n)return L(e);t={...e},addEventListener("message",E),document.body?T():addEventListener("DOMContentLoaded",T)},update:L,shutdown(){if(!n){if(!z())return;addEventListener("message",E),n=I(brand,t.language,()=>{},()=>{})}C("leaving"),n.close(!1),n.place({launcher:!1}),i=!0,d=!1,p?h({say:"shutdown"}):x()},show:l,hide:()=>c(),onUnreadCountChange(e){b.push(e),e(r)}},a=window.Desk?.q??[],s=(e,u)=>{let A=M[e];if(!A)return console.warn(`Desk: there is no "${e}"`);A(u)};s.here=!0,window.Desk=s;for(let e of Array.from(a))s(e[0],e[1])}function z(){try{return localStorage.getItem(H)}catch{return null}}function C(o){try{o?localStorage.setItem(H,o):localStorage.removeItem(H)}catch{}}function q(o){let t=()=>"requestIdleCallback"in window?requestIdleCallback(o,{timeout:3e3}):setTimeout(o,300);document.readyState==="complete"?t():addEventListener("load",t,{once:!0})}var W=document.currentScript;W&&!window.Desk?.here&&U(new URL(W.src).origin);})();
