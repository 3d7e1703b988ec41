// PAIR_READ(p): what a blur reads at p. With PAIR_IMAGES defined, colour is image 0's and alpha image 1's, each with
// the edge u.edge at its own data window; else READ(p).
#ifdef PAIR_IMAGES
#define PAIR_READ(p) \
    vec4(FETCH0(edge_place(p, WINDOW0, u.edge)).rgb, FETCH1(edge_place(p, WINDOW1, u.edge)).a)
#else
#define PAIR_READ(p) READ(p)
#endif
