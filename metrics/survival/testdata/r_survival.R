# Makes r_survival.json: Rscript r_survival.R > r_survival.json
# R 4.2.2 with survival 3.5.3. The proportional hazards check is the one of
# Grambsch & Therneau (1994), as cox.zph computed it before survival 3.0.
library(survival)
num <- function(x) paste0("[", paste(ifelse(is.na(x) | is.infinite(x), "null", sprintf("%.17g", x)), collapse=","), "]")
mat <- function(m) paste0("[", paste(apply(m,1,num), collapse=","), "]")
obj <- function(...) { a <- list(...); paste0("{", paste(sprintf('"%s":%s', names(a), unlist(a)), collapse=",\n"), "}") }
set.seed(20240917)
n <- 90
x1 <- round(rnorm(n),2); x2 <- rbinom(n,1,.4); g <- rep(1:3, length.out=n); s <- rep(c("a","b"), each=n/2)
t0 <- ceiling(rexp(n, exp(-3+.5*x1-.6*x2+.2*(g==3)))); cen <- ceiling(runif(n,5,60))
exit <- pmin(t0,cen)+1; ev <- as.integer(t0<=cen); entry <- pmin(exit-1, floor(runif(n,0,8)))
d <- data.frame(x1,x2,g,s,exit,ev,entry)
km <- function(f) { z<-f; s0 <- z$surv>0; obj(time=num(z$time), n_risk=num(z$n.risk), n_event=num(z$n.event), n_censor=num(z$n.censor), surv=num(z$surv), se=num(ifelse(z$surv>0, summary(z,times=z$time)$std.err, NA)), lower=num(z$lower), upper=num(z$upper), cumhaz=num(z$cumhaz), se_cumhaz=num(z$std.chaz)) }
kms <- obj(log=km(survfit(Surv(entry,exit,ev)~1,d)), loglog=km(survfit(Surv(entry,exit,ev)~1,d,conf.type="log-log")), plain90=km(survfit(Surv(entry,exit,ev)~1,d,conf.type="plain",conf.int=.9)), fh=km(survfit(Surv(entry,exit,ev)~1,d,ctype=2)))
f <- survfit(Surv(exit,ev)~1,d); q <- quantile(f, c(.1,.25,.5,.75))
qs <- obj(p=num(c(.1,.25,.5,.75)), q=num(q$quantile), lower=num(q$lower), upper=num(q$upper))
rm <- sapply(c(10,25,40), function(tau) { z<-survival:::survmean(f, rmean=tau)[[1]]; c(z["rmean"], z["se(rmean)"]) })
rms <- obj(tau=num(c(10,25,40)), rmst=num(rm[1,]), se=num(rm[2,]))
sd <- function(z) obj(obs=num(if(is.matrix(z$obs)) rowSums(z$obs) else z$obs), exp=num(if(is.matrix(z$exp)) rowSums(z$exp) else z$exp), var=mat(z$var), chisq=num(z$chisq))
lrs <- obj(mantel=sd(survdiff(Surv(exit,ev)~g,d)), peto=sd(survdiff(Surv(exit,ev)~g,d,rho=1)), strat=sd(survdiff(Surv(exit,ev)~g+strata(s),d)), stratpeto=sd(survdiff(Surv(exit,ev)~g+strata(s),d,rho=1)))
oldzph <- function(fit, y, tr) {
  sr <- as.matrix(resid(fit,"schoenfeld")); tt <- as.numeric(rownames(sr)); if (any(is.na(tt)) || length(tt)==0) tt <- as.numeric(names(resid(fit,"schoenfeld")))
  nd <- length(tt)
  if (tr=="identity") times <- tt else if (tr=="rank") times <- rank(tt) else if (tr=="log") times <- log(tt) else {
    temp <- survfit(y~1); t1 <- temp$surv[temp$n.event>0] # Kaplan-Meier just before each event time
    ft <- temp$time[temp$n.event>0]; lv <- c(1,t1)[match(tt, ft)]; times <- 1-lv }
  xx <- times-mean(times); r2 <- sr %*% fit$var * nd
  test <- xx %*% r2; corel <- c(cor(xx,r2)); z <- c(test^2/(diag(fit$var)*nd*sum(xx^2)))
  tg <- xx %*% sr; zg <- c(tg %*% fit$var %*% t(tg))*nd/sum(xx^2)
  obj(rho=num(corel), chisq=num(z), global=num(zg)) }
cx <- function(f) obj(coef=num(coef(f)), se=num(sqrt(diag(f$var))), var=mat(f$var), loglik=num(f$loglik), score=num(f$score), wald=num(c(t(coef(f)) %*% solve(f$var) %*% coef(f))), concordance=num(f$concordance["concordance"]))
ctl <- coxph.control(eps=1e-14, iter.max=50)
f1 <- coxph(Surv(exit,ev)~x1+x2,d,control=ctl); f2 <- coxph(Surv(entry,exit,ev)~x1+x2+strata(s),d,control=ctl)
cox <- obj(efron=cx(f1), breslow=cx(coxph(Surv(exit,ev)~x1+x2,d,ties="breslow",control=ctl)), exact=cx(coxph(Surv(exit,ev)~x1+x2,d,ties="exact",control=ctl)),
 strat_efron=cx(f2), strat_breslow=cx(coxph(Surv(entry,exit,ev)~x1+x2+strata(s),d,ties="breslow",control=ctl)), strat_exact=cx(coxph(Surv(entry,exit,ev)~x1+x2+strata(s),d,ties="exact",control=ctl)))
y <- with(d,Surv(exit,ev))
z <- obj(km=oldzph(f1,y,"km"), identity=oldzph(f1,y,"identity"), rank=oldzph(f1,y,"rank"), log=oldzph(f1,y,"log"))
sr <- resid(f1,"schoenfeld"); o <- order(as.numeric(rownames(sr)))
cat(obj(source='"R survival 3.5.3, R 4.2.2; simulated data, seed 20240917"', data=obj(x1=num(d$x1),x2=num(d$x2),group=num(d$g),stratum=num(as.integer(factor(d$s))),exit=num(d$exit),event=num(d$ev),entry=num(d$entry)), km_delayed=kms, quantiles=qs, rmst=rms, logrank=lrs, cox=cox, zph=z, schoenfeld=obj(time=num(sort(as.numeric(rownames(sr)))), sum_abs=num(colSums(abs(sr))))), "\n")
