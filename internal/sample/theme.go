package sample

// theme is what a circle writes about.
type theme struct {
	nouns     string
	subjects  string // one template a line, see compile
	sentences string
}

// Templates hold words in braces:
//
//	{n} {ns} noun of the theme, plural    {g} {gs} general noun, plural
//	{v} {vd} {vg} verb, past, -ing        {a} adjective   {d} adverb
//	{p} {P} given name, full name         {l} place   {s} street   {o} organisation
//	{w} weekday   {m} month   {h} clock   {k} small number   {q} reference   {$} money
var themes = []theme{
	{ // campaign
		`rally banner canvasser leaflet pollster donor precinct petition ballot turnout stage microphone
		marquee volunteer clipboard rota poster envelope pledge fundraiser breakfast hall speaker turnstile
		podium sticker lectern ward doorstep hustings caucus signature banner-pole megaphone loudhailer coach
		battlebus walkabout rosette tally runner teller steward barrier permit generator trestle awning`,
		`{l} rally: {n} and {n}
Canvass numbers for {l}
Volunteers for {w}
{n} list, {l} office
Who has the {n} for {w}?
Fundraiser at {s}`,
		`The {l} office needs {k} more {ns} before {w}.
We {vd} the {n} at {s} and about {q} people turned up.
{p} says the {n} can wait until the hall in {l} is confirmed.
Doors open at {h}, the {n} goes on stage once the band has finished.
The donors at {s} pledged {$}, which covers the {ns}.
Can the van from {l} bring the {ns} and the spare {n}?
Turnout in {l} looks {a}, but the {ns} there are {a}.
Please keep {p} away from the {n}, we agreed that last {m}.
{P} lent us the {n} and wants it back by {w}.
Of {q} households on {s}, {k} asked for a {n}.
The permit for the {n} came through, number {q}.
We are short of {ns} in {l} and have too many {ns} everywhere else.
The other side {vd} our {n} in {l} again.
Someone should {v} the {ns} before the rain does.
{p} counted {q} at the {n}, the police said {k}.`,
	},
	{ // speech drafts
		`draft paragraph opening applause quotation statistic metaphor ending teleprompter transcript pause
		cadence anecdote joke headline footnote passage rebuttal sentence refrain theme promise slogan phrase
		version markup rehearsal gesture peroration adjective comma cliche epigraph citation aside tone
		rhythm clause preamble pledge keynote toast eulogy outline summary`,
		`Draft {k} of the {l} speech
Opening {n}, {a} version
{n} for the {o} dinner
Edits to the {n}
Where did the {n} go?
The {a} {n}`,
		`I {vd} the second {n} and cut the {a} {n} about {l}.
The {n} works, the {n} after it does not.
{p} would end on the {n}; I would end on the {a} one.
Page {k} still says {$}, and our own {n} says otherwise.
If we drop the {ns}, he can finish in {k} minutes.
The line about {l} got applause in {m}, so keep the {n}.
Please read the {n} aloud before you send it to {P}.
He {d} refuses to say {n}, so find him another word.
The {n} on page {k} repeats the {n} on page {k}.
{P} said the same in {l} in {m}, almost word for word.
I {vd} the {n} down to {k} words and it still limps.
Could the {n} come before the {n} rather than after it?
He wants a {n} about his grandmother and the {a} {g}.
The hall in {l} eats the last row, so no whispering in the {n}.
{o} will fact-check the {n} by {h}.`,
	},
	{ // municipal bridge contract
		`bridge girder tender bearing abutment inspection contractor invoice culvert pier parapet scaffold
		bid appendix clause schedule survey deck rivet weld cable drawing retainer variation milestone
		surveyor handrail pothole crane cofferdam borehole caisson expansion-joint subcontractor guarantee
		bond penalty valuation audit easement hydrology sediment towpath ferry toll lighting drainage`,
		`{l} bridge: {n} {q}
Contract {q}, {n} and {n}
{n} of the east {n}
Invoice {q} from {o}
Minutes of {w}: {n}
Variation order {q}`,
		`{o} put the {n} at {$}, not counting the {ns}.
The {n} under the {l} bridge was {vd} in {m} and found {a}.
Clause {k} of contract {q} lets the council {v} the {n}.
The inspector counted {k} {a} {ns} on the north side.
Nobody has explained why the {n} was paid twice.
{P} wants the {ns} before the committee meets on {w}.
Drawing {q} shows the {n} where the {n} ought to be.
The ferry can run from {s} while the {n} is being {vd}.
Lane closures on {s} begin on {w} at {h}.
{P} signed the {n} without the {n} attached.
The {n} has settled by {k} millimetres since {m}.
Our counsel reads clause {k} as {a}, theirs reads it as {a}.
The {n} arrived from {l} with the wrong {ns}.
{o} asks for {$} more because the {n} was {a}.
The minutes of {w} leave the {n} out altogether.
Could somebody {v} appendix {k} before it goes to {P}?`,
	},
	{ // press questions
		`question deadline interview correction source quote story column editor embargo statement record
		background photographer caption bulletin studio recording broadcast denial comment scoop rumour
		profile front-page newsroom stringer clipping segment anchor panel byline retraction feature sidebar
		letter-page transcript spokesman briefing leak allegation response`,
		`Question from {o}
Deadline {h}: {n} on {l}
Correction to the {w} {n}
Interview with {P}
Off the record: {n}
{n} about the {l} bridge`,
		`{P} of {o} asks whether we will {v} the {n}.
Their deadline is {h}, so a {k}-line {n} will have to do.
We have not {vd} the {n} and we are not going to.
The {n} in today's edition has the figure wrong, it was {$}.
On background only: the {n} came from {l}, not from us.
Ask them to {v} the {n} or at least to move it off the front page.
{p} gave them the {a} {n} in {m} and regrets it.
The recording from {l} is {a}, please listen from minute {k}.
{o} has the {n} and will {v} it on {w} unless we {v} the {n} first.
Was it {p} who called the {n} {a}?
A photographer from {l} wants the {n} with {P} in it.
I {vd} their {n} with ours: {k} words differ, one of them matters.
The {n} is embargoed until {h} on {w}.
They have two sources for the {n}, and neither is {a}.
Our comment stays at {k} words, the {n} does not deserve more.`,
	},
	{ // travel
		`ticket train hotel reservation itinerary driver flight suitcase connection platform timetable
		receipt upgrade breakfast taxi passport visa seat luggage lounge delay ferry garage motorway detour
		room lobby checkout balcony voucher boarding-card transfer airport station minibus umbrella map
		refund cancellation sleeper compartment`,
		`Trip to {l}, {w}
{n} for {P}
Itinerary, version {k}
Your {n} {q}
{l} to {l} by {n}
Change of {n}`,
		`The {h} from {l} gets you to {l} with {k} minutes to spare.
I {vd} the {n} under reference {q}.
The hotel in {s} has {k} rooms left at {$} a night.
{p} will meet you on the {n} with the {a} {n}.
If the {n} is late, take the {n} through {l}.
Keep every {n}, accounts {vd} the last lot.
There is no {n} on {w}, the {n} only runs from {m}.
Could the driver wait at {s} until {h}?
{P} prefers the {n} and does not mind the {n}.
The desk at {l} {vd} your {n} and charged {$}.
Leave {l} by {h} or the {n} will be gone.
Seat {k} is by the window, the {n} is two doors down.
I have {vd} the {n} for {p} as well.
The road through {l} is closed from {w}, so the {n} takes {k} minutes more.
Your {n} and your {n} are at the front desk under {P}.`,
	},
	{ // family
		`birthday garden dinner recipe school puppy cottage wedding aunt piano cousin holiday bicycle cake
		present photograph grandmother kitchen roof neighbour allotment kettle orchard attic sofa hedge
		nephew christening jigsaw scarf soup bonfire lawnmower greenhouse hamster trumpet picnic marmalade
		sledge tent lantern goose`,
		`{w} dinner
The {n} at {l}
Photographs of the {n}
Grandmother's {n}
Are you coming in {m}?
{n}, again`,
		`We {vd} the {n} and it took the whole of {w}.
{p} has learnt to ride the {n} and asks for you every day.
Mother says the {n} in {l} is {a} this year.
Bring the {a} {n} if you remember, and no more {ns} please.
The roof held, the {n} did not.
Dinner is at {h}, {p} is making the {n}.
The cottage at {l} is free from {m}, shall we say {k} days?
Your {n} is still in our attic, between the {ns}.
{p} {vd} the {n} without any help and nobody was hurt.
The neighbours at {s} have a new {n} and we hear it.
I found {k} {ns} behind the {n}, some of them {a}.
Father {d} {vd} the {n}, so we eat out on {w}.
Do you still want the {a} {n} from {l}?
The {n} cost {$} and was worth every penny of it.
{p} asks whether the {n} may sleep in the {n}.`,
	},
}

// generalSentences fit every theme.
const generalSentences = `Could you {v} the {g} by {w}?
I {vd} it {d} and sent the {a} {g} to {p}.
Thanks, that is {a}.
The {g} looks {a} to me.
Let us talk at {h}, I am near {s} until then.
{p} and I {vd} the {gs} on {w}.
My only worry is the {g}: it is {a}, and it gets more {a} by the day.
Please do not {v} anything until {P} has seen the {g}.
I have not heard from {l} since {m}.
As far as I know the {g} was {vd} in {m}.
We can {v} the {a} part and leave the {gs} for later.
Happy to {v} it {d} if that helps.
The number to remember is {q}.
That would cost us roughly {$}, perhaps {k} per cent more with the {g}.
{P} {d} {vd} the {g}, which nobody had expected.
No objection here, but ask {p} about the {gs}.
There are {k} {gs} left and {k} of them are {a}.
I would rather {v} the {g} than {v} the {n}.
What did {p} say about the {a} {n}?
Call me when the {n} has been {vd}.
The {ns} are {a}; the {gs} are not.
Before {vg} the {n}, check it against the {g} from {m}.
Sorry for the {a} answer, I was {vg} the {n} in {l}.
It is the same {n} that {o} {vd} in {m}.
If {p} agrees, we {v} it on {w} at {h}.
Someone at {o} is {d} {vg} our {gs}.
I am told the {a} {g} is in {l}, which is news to me.
Nothing more on the {n} so far.
Both of us {vd} the {g}, once in {m} and once last {w}.
Is the {g} in your {g} or in mine?
I cannot find the {g} that {p} {vd}.
You will have the {gs} by {h} on {w}, {a} or not.
The {a} {g} from {l} has arrived.
Leave the {g} with {p}, who knows what to do about the {gs}.
That makes {k} {gs} since {m}, and the year is still {a}.
One more thing: the {g} at {s} is not ours.
We said {$} in {m}; {o} now says {$}.
I agree with {p} on the {n} and with nobody on the {g}.
There was a {g} in the {g} when I {vd} it.
By {w} at the latest, please, and without the {a} {gs}.
How {a} is the {n}, and who says so?
If not, we {v} the {gs} and keep the {n} as it is.
It took {k} minutes to {v} and {k} days to {v} again.
You were right about the {g}.
{P} from {o} called about the {n}.
Could you ask {p} for the {g}, number {q}?
Everything else can wait until {m}.
I {d} forgot the {g}, it follows tonight.
The {n} and the {g} are {a}, everything else is {a}.
Please use the {a} {g}; the other one was {vd} in {m}.`
