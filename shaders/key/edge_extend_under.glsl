vec4 edge_extend_under(vec4 sharp, vec4 wide, edge_extend_under_u u, Px px)
{
    return sharp + wide * (1.0 - sharp.a);
}
