package web

// SiteParts is how many parts a site's map has.
var SiteParts = siteParts
