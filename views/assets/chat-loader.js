"use strict";(()=>{var z=`.all { --ease: 150ms ease-out; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color-scheme: light dark }
[hidden] { display: none !important }
button { all: unset; box-sizing: border-box; cursor: pointer }
button:focus-visible, textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.launcher, .panel { position: fixed; inset-inline-end: max(var(--inset), env(safe-area-inset-right)); z-index: 2147483000 }
.start > * { inset-inline: max(var(--inset), env(safe-area-inset-left)) auto }
.launcher {
  bottom: calc(var(--bottom) + env(safe-area-inset-bottom)); width: 56px; height: 56px; border-radius: var(--round);
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
  max-width: calc(100vw - 2 * var(--inset)); border-radius: var(--panel); overflow: hidden; background: #fff; color: #1d1d1f;
  box-shadow: 0 0 0 1px #0000000f, 0 12px 48px #00000038; animation: rise var(--ease)
}
iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; color-scheme: normal }
.wait { position: absolute; inset: 0; z-index: 1; display: flex; flex-direction: column; background: inherit }
.bar { display: flex; align-items: center; justify-content: space-between; padding: 12px 12px 12px 16px; font-size: 16px; border-bottom: 1px solid #0000001a }
.leave { width: 44px; height: 44px; display: grid; place-items: center; border-radius: min(8px, var(--panel)) }
.leave svg { width: 20px; height: 20px }
.dots { flex: 1; background: radial-gradient(circle at 50% 50%, var(--accent) 0 4px, #0000 5px) center/20px 20px no-repeat; animation: pulse 1.2s infinite }
.note { margin: 0 16px 12px }
textarea {
  font: inherit; font-size: 16px; color: inherit; background: none; margin: 12px; padding: 10px 12px; height: 44px; box-sizing: border-box;
  border: 1px solid #0000003d; border-radius: min(12px, var(--panel)); resize: none
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
`;var F="M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719",W="M18 6 6 18 M6 6l12 12";function B(a,t,n,m,g){let d=document.createElement("div");d.style.cssText="all:initial!important";let b=d.attachShadow({mode:"open"});U(b);let l=h("div","all"),f=h("button","launcher"),y=$(F),x=h("span","badge"),r=h("div","panel"),i=h("div","wait"),v=h("div","bar"),T=h("strong"),E=h("button","leave"),k=h("p","note"),u=h("textarea");f.type=E.type="button",x.hidden=!0,r.hidden=!0,k.hidden=!0,k.setAttribute("role","status"),u.dir=T.dir="auto",u.maxLength=5e3,T.textContent=a.name,f.append(y,x),E.append($(W)),v.append(T,E),i.append(v,h("div","dots"),k,u),r.append(i),l.append(r,f),l.style.setProperty("--accent",a.accent),l.style.setProperty("--on",a.on),l.style.setProperty("--round",a.round),l.style.setProperty("--panel",a.panel),b.append(l),document.body.append(d);let p,S=0,L=matchMedia("(max-width:480px),(max-height:520px)"),w,P=()=>{let o=r.hidden?p.open:p.close;f.setAttribute("aria-label",S&&r.hidden?`${o} (${S})`:o),f.setAttribute("aria-expanded",String(!r.hidden))},A=o=>{let c=document.documentElement.style;o&&L.matches&&w===void 0&&(w=c.overflow,c.overflow="hidden"),!o&&w!==void 0&&(c.overflow=w,w=void 0)},D={frame(o){let c=h("iframe");return c.title=p.title,c.allow="clipboard-write",c.src=o,r.append(c),c},open(o){r.hidden=!1,i.hidden=o,l.dataset.open="",y.firstElementChild.setAttribute("d",W),A(!0),r.setAttribute("aria-modal",String(L.matches)),P(),o?r.querySelector("iframe")?.focus():u.focus()},close(o){r.hidden=!0,delete l.dataset.open,y.firstElementChild.setAttribute("d",F),A(!1),P(),o&&f.focus()},handOver(){if(i.hidden)return;let o={text:u.value,start:u.selectionStart,end:u.selectionEnd},c=b.activeElement===u;return i.hidden=!0,u.value="",c&&r.querySelector("iframe")?.focus(),o},trouble(o){k.hidden=!o,o&&!r.hidden&&(i.hidden=!1)},unread(o){S=o,x.hidden=!o,x.textContent=o>9?"9+":String(o),P()},place(o){l.classList.toggle("start",(o.side??a.side)==="start"),f.hidden=o.launcher===!1,l.style.setProperty("--bottom",`${o.bottom??a.bottom}px`),l.style.setProperty("--inset",`${o.inset??a.inset}px`)},speak(o){let c=o||document.documentElement.lang||a.language,M=a.words[c]??a.words[c.replace(/-.*/,"")];M||n(c),p=M??a.words[a.language],l.dir=p.rtl?"rtl":"ltr",u.placeholder=p.write,u.setAttribute("aria-label",p.write),E.setAttribute("aria-label",p.close),k.textContent=p.away,r.setAttribute("role","dialog"),r.setAttribute("aria-label",p.title),P()},modal:()=>L.matches,remove(){A(!1),d.remove()}};return f.onclick=m,E.onclick=()=>g(),i.onkeydown=o=>{o.key==="Escape"&&g()},D.speak(t),D}function U(a){try{let t=new CSSStyleSheet;t.replaceSync(z),a.adoptedStyleSheets=[t]}catch{let t=h("style");t.textContent=z,a.append(t)}}function h(a,t){let n=document.createElement(a);return t&&(n.className=t),n}function $(a){let t="http://www.w3.org/2000/svg",n=document.createElementNS(t,"svg");n.setAttribute("viewBox","0 0 24 24"),n.setAttribute("aria-hidden","true");let m=document.createElementNS(t,"path");return m.setAttribute("d",a),n.append(m),n}var R="desk.mark";function N(a){let t={},n,m,g=!1,d=!1,b=!1,l,f=0,y=0,x=0,r=[],i=e=>m?.contentWindow?.postMessage(e,a),v=()=>{if(m||!n)return;let e=new URL("/chat",a);e.searchParams.set("origin",location.origin);let s=t.language||document.documentElement.lang;s&&e.searchParams.set("language",s),t.theme&&e.searchParams.set("theme",t.theme),m=n.frame(e.href),g=!1,m.onload=()=>k(4e3),k(2e4)},T=new Set,E=e=>{if(T.has(e))return;T.add(e);let s=document.createElement("script");s.src=`${a}/chat.js?words=${encodeURIComponent(e)}`,document.head.append(s)},k=e=>{clearTimeout(f),!g&&(f=window.setTimeout(()=>{if(b&&y>2)return P();y++,n?.trouble(!0),u(),f=window.setTimeout(v,Math.min(3e4,1e3*2**y))},e))},u=()=>{m?.remove(),m=void 0,g=!1},p=()=>{if(!(d||b)){if(!n){d=!0;return}d=!0,v(),n.open(g),g&&i({say:"opened",modal:n.modal()})}},S=(e=!0)=>{d&&(d=!1,i({say:"closed"}),n?.close(e))},L=async()=>{let e=t.identity;if(!e)return i({say:"anonymous"});try{let s=await e();e===t.identity&&i(s?{say:"identity",jwt:s}:{say:"anonymous"})}catch{i({say:"unidentified"})}},w=e=>{if(!m||e.source!==m.contentWindow||e.origin!==a)return;let s=e.data;switch(s.say){case"ready":{if(g=!0,y=0,clearTimeout(f),b)return i({say:"shutdown"});if(H()==="leaving"&&(I(),i({say:"forget"})),n?.trouble(!1),!d||!n)return;let C=n.handOver();return i({say:"opened",draft:C,modal:n.modal()})}case"identify":return void L();case"unread":return s.known&&I("known"),s.count===x?void 0:(x=s.count,n?.unread(x),r.forEach(C=>C(x)));case"close":return S();case"gone":return I(),P()}},P=()=>{clearTimeout(f),removeEventListener("message",w),u(),n?.remove(),n=void 0,b=d=!1,t={},x=0,r.splice(0).forEach(e=>e(0)),l&&o.boot(l),l=void 0},A=()=>{if(n||b)return;n=B(brand,t.language,E,()=>d?S():p(),S),n.place(t);let e=d;d=!1,e?p():(t.identity||H())&&q(()=>v())},D=(e={})=>{let s=t;t={...t,...e},n&&(n.place(t),t.theme&&t.theme!==s.theme&&i({say:"theme",theme:t.theme}),t.language!==s.language?(n.speak(t.language),u(),d&&(v(),n.open(!1))):"identity"in e&&(g?L():q(()=>v())))},o={boot(e={}){if(b){l=e;return}if(n)return D(e);t={...e},addEventListener("message",w),document.body?A():addEventListener("DOMContentLoaded",A)},update:D,shutdown(){if(!n){if(!H())return;addEventListener("message",w),n=B(brand,t.language,()=>{},()=>{},()=>{})}I("leaving"),n.close(!1),n.place({launcher:!1}),b=!0,d=!1,g?i({say:"shutdown"}):v()},words(e){Object.assign(brand.words,e),n?.speak(t.language)},show:p,hide:()=>S(),onUnreadCountChange(e){r.push(e),e(x)}},c=window.Desk?.q??[],M=(e,s)=>{let C=o[e];if(!C)return console.warn(`Desk: there is no "${e}"`);C(s)};M.here=!0,window.Desk=M;for(let e of Array.from(c))M(e[0],e[1])}function H(){try{return localStorage.getItem(R)}catch{return null}}function I(a){try{a?localStorage.setItem(R,a):localStorage.removeItem(R)}catch{}}function q(a){let t=()=>"requestIdleCallback"in window?requestIdleCallback(a,{timeout:3e3}):setTimeout(a,300);document.readyState==="complete"?t():addEventListener("load",t,{once:!0})}var j=document.currentScript;j&&!window.Desk?.here&&N(new URL(j.src).origin);})();
