// Shows the values under the pointer. The page is complete without it.
const units={micros:v=>v<1e3?v.toFixed(0)+" µs":v<1e6?short(v/1e3)+" ms":short(v/1e6)+" s",bytes:v=>v<1024?v.toFixed(0)+" B":v<1048576?short(v/1024)+" KiB":v<1073741824?short(v/1048576)+" MiB":short(v/1073741824)+" GiB",count:v=>Math.abs(v)<100&&v%1?short(v):Math.round(v).toLocaleString("en"),cores:v=>(v*100).toFixed(0)+" %"};
function short(v){return v<10?v.toFixed(2):v<100?v.toFixed(1):v.toFixed(0)}
for(const plot of document.querySelectorAll(".plot")){
  const data=JSON.parse(plot.querySelector("script").textContent),field=plot.querySelector(".field"),hair=plot.querySelector(".hair"),tip=plot.querySelector(".tip"),show=units[plot.dataset.unit];
  const hide=()=>{hair.hidden=tip.hidden=true};
  field.addEventListener("pointerleave",hide);
  field.addEventListener("pointermove",event=>{
    const box=field.getBoundingClientRect(),share=(event.clientX-box.left)/box.width;
    if(share<0||share>1)return hide();
    const at=data.left+share*(data.right-data.left);
    tip.replaceChildren();
    let nearest=at;
    for(const line of data.lines){
      const point=line.points.reduce((a,b)=>Math.abs(b[0]-at)<Math.abs(a[0]-at)?b:a);
      nearest=point[0];
      const row=document.createElement("div");
      row.textContent=line.name+" "+show(point[1]);
      tip.append(row);
    }
    const x=(nearest-data.left)/(data.right-data.left)*100;
    hair.style.left=x+"%";
    tip.style.left=x<55?"calc("+x+"% + 8px)":"";
    tip.style.right=x<55?"":"calc("+(100-x)+"% + 8px)";
    hair.hidden=tip.hidden=false;
  });
}
