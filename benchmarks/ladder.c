// The ladder, a small reference model of a community, in plain C: the yardstick of benchmarks/__main__.py.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <time.h>
#ifndef REAL
#define REAL double
#endif
typedef REAL real;
#define K 16
#define M 3
#define NOUT 12
#define G  0x9E3779B97F4A7C15ULL
#define G2 0xD1B54A32D192ED03ULL
static inline uint64_t mix(uint64_t z){ z^=z>>30; z*=0xBF58476D1CE4E5B9ULL; z^=z>>27; z*=0x94D049BB133111EBULL; return z^(z>>31);}
static inline uint64_t key(uint64_t seed,int64_t t,uint64_t p){ return mix(mix(seed+G*(uint64_t)(t+1))+p*G2);}
static inline uint64_t bits(uint64_t k,uint64_t i){ return mix(k+G*(i+1)); }
static inline real u01(uint64_t b){ if(sizeof(real)==8) return (real)((b>>11)*0x1p-53); return (real)((float)(uint32_t)(b>>40)*0x1p-24f);}
static inline real rexp(real x){ return sizeof(real)==8? (real)exp((double)x) : (real)expf((float)x);}
static inline real sig(real z){ return (real)1/((real)1+rexp(-z)); }
// parameter vector layout (double)
enum {B0,BE,BT,BLEV0,BLEV1,BLEV2,BLEV3,BLEV4,BLEV5,BL,BR,PERIOD,LEAD,VALUE,COST,BURN,LR,PRACT,REST,EREST,XDEC,TGAIN,TDEC,SNEW,SGAIN,SDEC,SFLOOR,RUP,U0,UE,US,RDN,D0,DE,DS,NPAR};
// the clock of benchmarks/passes.py
int64_t nanoseconds(void){ struct timespec t; clock_gettime(CLOCK_MONOTONIC,&t); return t.tv_sec*1000000000LL+t.tv_nsec; }
int npar(void){return NPAR;}
int realsize(void){return sizeof(real);}
typedef struct { real *E,*X,*T,*s; uint8_t *L; int32_t *nbr,*A; uint8_t *att; } St;
static void alloc_st(St*q,int64_t N){
  q->E=aligned_alloc(64,(N*sizeof(real)+63)/64*64);q->X=aligned_alloc(64,(N*sizeof(real)+63)/64*64);q->T=aligned_alloc(64,(N*sizeof(real)+63)/64*64);
  q->s=aligned_alloc(64,N*K*sizeof(real));q->nbr=aligned_alloc(64,N*K*4);
  q->L=aligned_alloc(64,(N+63)/64*64);q->att=aligned_alloc(64,(N+63)/64*64);q->A=aligned_alloc(64,(N*4+64+63)/64*64);
}
static void free_st(St*q){free(q->E);free(q->X);free(q->T);free(q->s);free(q->nbr);free(q->L);free(q->att);free(q->A);}
static void init_st(St*q,int64_t N,uint64_t seed){
  uint64_t k8=key(seed,-1,8),k9=key(seed,-1,9),k10=key(seed,-1,10),k11=key(seed,-1,11);
  for(int64_t i=0;i<N;i++){
    q->E[i]=u01(bits(k8,i)); q->X[i]=u01(bits(k9,i)); q->T[i]=(real)0.5*u01(bits(k10,i));
    real u=u01(bits(k11,i)); int l=(int)((real)4*u*u); q->L[i]=l>3?3:l;
    for(int k=0;k<K;k++){q->s[i*K+k]=0;q->nbr[i*K+k]=-1;}
  }
}
void ladder_run(int64_t N,int64_t steps,uint64_t seed,const double*p,double*out){
  St q; alloc_st(&q,N); init_st(&q,N,seed);
  const real bE=p[BE],bT=p[BT],sdec=1-p[SDEC],sfl=p[SFLOOR],snew=p[SNEW],sg=p[SGAIN],tg=p[TGAIN],td=1-p[TDEC],xd=1-p[XDEC];
  const real rup=p[RUP],u0=p[U0],uE=p[UE],uS=p[US],rdn=p[RDN],d0=p[D0],dE=p[DE],dS=p[DS];
  const real value=p[VALUE],cost=p[COST],burn=p[BURN],lr=p[LR],pr=p[PRACT],rest=p[REST],er=p[EREST];
  for(int64_t t=0;t<steps;t++){
    uint64_t k0=key(seed,t,0),k1=key(seed,t,1),k2=key(seed,t,2),k3=key(seed,t,3);
    real base=(real)(p[B0]+p[BL]*p[LEAD]+p[BR]*cos(6.283185307179586*(double)t/p[PERIOD]));
    real zl[6]; for(int l=0;l<6;l++) zl[l]=base+(real)p[BLEV0+l];
    int64_t nA=0; double sx=0;
    for(int64_t i=0;i<N;i++){
      real z=zl[q.L[i]]+bE*q.E[i]+bT*q.T[i];
      int a=u01(bits(k0,i))<sig(z);
      q.att[i]=a;
      if(a){ q.A[nA++]=(int32_t)i; sx+=q.X[i]; }
    }
    real m= nA? (real)(sx/nA):0;
    double aE=0,aX=0,aT=0,ao=0; int64_t cnt[6]={0},ties=0;
    for(int64_t i=0;i<N;i++){
      real e=q.E[i],x=q.X[i],tr=q.T[i]; int l=q.L[i]; real*s=q.s+i*K; int32_t*nb=q.nbr+i*K;
      if(q.att[i]){
        e+=value*m*(1-e)-cost*(1+burn*(real)l)*e;
        real g=m-x; if(g<0)g=0; x+=lr*g+pr*(1-x);
        uint64_t w=bits(k1,i),v=bits(k2,i);
        uint32_t id[3]={(uint32_t)(((w>>32)*(uint64_t)nA)>>32),(uint32_t)(((w&0xffffffffu)*(uint64_t)nA)>>32),(uint32_t)(((v>>32)*(uint64_t)nA)>>32)};
        for(int h=0;h<M;h++){
          int32_t j=q.A[id[h]]; tr+=tg*(1-tr);
          if(j==(int32_t)i) continue;
          int f=-1; for(int k=0;k<K;k++) if(nb[k]==j){f=k;break;}
          if(f>=0) s[f]+=sg*(1-s[f]);
          else { int b=0; real bs=s[0]; for(int k=1;k<K;k++) if(s[k]<bs){bs=s[k];b=k;}
                 if(bs<snew){ nb[b]=j; s[b]=snew; } }
        }
      } else e+=rest*(er-e);
      if(e<0)e=0; if(e>1)e=1;
      x*=xd; tr*=td;
      real S=0; int d=0;
      for(int k=0;k<K;k++){ real v=s[k]*sdec; if(v<sfl){v=0;nb[k]=-1;} s[k]=v; S+=v; d+=v>0; }
      real u=u01(bits(k3,i));
      real pu=rup*sig(u0+uE*e+uS*S), pd=rdn*sig(d0-dE*e-dS*S);
      if(u<pu){ if(l<5)l++; } else if(u>1-pd){ if(l>0)l--; }
      q.E[i]=e;q.X[i]=x;q.T[i]=tr;q.L[i]=(uint8_t)l;
      cnt[l]++; ties+=d; aE+=e;aX+=x;aT+=tr; if(q.att[i]) ao+=x*e;
    }
    double*o=out+t*NOUT; for(int l=0;l<6;l++)o[l]=cnt[l];
    o[6]=aE/N;o[7]=aX/N;o[8]=aT/N;o[9]=(double)ties/N;o[10]=(double)nA;o[11]=ao;
  }
  free_st(&q);
}
void ladder_runs(int64_t R,int64_t N,int64_t steps,const uint64_t*seeds,const double*p,double*out){
  for(int64_t r=0;r<R;r++) ladder_run(N,steps,seeds[r],p,out+r*steps*NOUT);
}
