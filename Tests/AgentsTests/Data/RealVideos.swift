/// Real videos, for rules that made-up titles would flatter. An excerpt of the “YouTube Statistics” data set (2007–2022),
/// dedicated to the public domain by its authors (CC0 1.0); titles carry HTML entities as they came from the interface.
///
/// Niche and content type were worked out by a separate program from the same keyword lists.
enum RealVideos {
    struct Video: Sendable {
        let id: String
        let title: String
        let views: Int?
        let likes: Int?
        let comments: Int?
        let niche: String
        let contentType: String

        init(
            _ id: String, _ title: String, _ views: Int?, _ likes: Int?, _ comments: Int?, _ niche: String,
            _ contentType: String
        ) {
            self.id = id
            self.title = title
            self.views = views
            self.likes = likes
            self.comments = comments
            self.niche = niche
            self.contentType = contentType
        }
    }

    static let all: [Video] = [
        Video(
            "bMXTGGxrQ3A", "10 personal finance lessons that changed my life", 637152, 29610, 1473,
            "personal_brand", "inspirational"),
        Video(
            "9y9hhI90Vk8", "Secret Rubik’s cube hiding spot 🤫 *Transforming Cubes* 😱", 24994827, 738796, 1960,
            "other", "educational"),
        Video(
            "ILGQ-rJK5yg", "100 Filles Contre 100 Garçons Pour 500 000 $", 889300, 31521, 926,
            "other", "educational"),
        Video(
            "3NPXe9tqAfc", "Minecraft but you can CHOOSE YOUR YOUTUBER...", 157301, 6559, 257,
            "other", "educational"),
        Video(
            "ADiql3FG5is", "Quantum Biology: The Hidden Nature of Nature", 9897790, 65182, 4679,
            "other", "educational"),
        Video(
            "SXrKRA_KZ5k", "7 MOST COMMON Chess Mistakes", 1142057, 46158, 2486,
            "other", "educational"),
        Video(
            "mD2a9YzKV3w", "Joel Corry x RAYE x David Guetta - BED [Official Video]", 29657435, 157924, 2760,
            "content_creation", "educational"),
        Video(
            "DtMOAvOWTvY", "Deep Cut: Anarchy Rainbow - Splatoon 3 - Nintendo Switch", 1310018, 59959, 5338,
            "other", "educational"),
        Video(
            "kkdUBBMNpI4", "Eating MEAT in VEGAN Zoom Classes!", 2987298, 127211, 3593,
            "other", "educational"),
        Video(
            "cyLWtMSry58", "Don&#39;t learn machine learning", nil, nil, nil,
            "other", "educational"),
        Video(
            "YeB-1F-UKO0", "A brief history of chess - Alex Gendler", 7571701, 176829, 6375,
            "other", "educational"),
        Video(
            "BzQCxasdUvg", "WHAT IS LITERATURE?", 58621, 1449, 89,
            "other", "educational"),
        Video(
            "TQWhk-eXLXc", "What&#39;s a Good SAT® Score: Updated 2021", 99569, 2309, 554,
            "other", "educational"),
        Video(
            "nllDcnfoH5A", "Literature in the Victorian Era | A Historical Overview", 140607, 3408, 58,
            "other", "educational"),
        Video(
            "fHCk3o_5l7o", "Nightly News Full Broadcast - Aug. 18", 796750, 7277, 1294,
            "other", "educational"),
        Video(
            "O5xeyoRL95U", "Deep Learning Basics: Introduction and Overview", 292643, 4831, 1517,
            "other", "educational"),
        Video(
            "CEZ2UPYnPUU", "BITBOY CRYPTO SUES @Atozy  CRAZY CRYPTO STORY", 1599, 105, 51,
            "personal_brand", "inspirational"),
        Video(
            "nCg3ufihKyU", "Tiësto - The Business (Official Music Video)", 208293677, 1706185, 25334,
            "content_creation", "educational"),
        Video(
            "66ChoYhqVh4", "The Truth About Their Relationship (Official Music Video)", 35490831, 365971, 34419,
            "content_creation", "thought_leadership"),
        Video(
            "gamjNp2CToQ", "A Day in the life of a Data Analyst in Chicago", 85503, 3765, 74,
            "personal_brand", "educational"),
        Video(
            "qpgTC9MDx1o", "Maroon 5 - Animals (Official Music Video)", 826423766, 5743875, 178361,
            "content_creation", "educational"),
        Video(
            "fkgTVsGLdws", "Piper Rockelle - Tea Party (Official Music Video) ♥️🫖♠️", 1090694, 50488, 8741,
            "content_creation", "educational"),
        Video(
            "4hCogXAzONk", "Lakeyah Ft. Latto - Mind Yo Business (Official Video)", 7989628, 146358, 3790,
            "content_creation", "educational"),
        Video(
            "aT7_2vZFoqM", "Sonic Frontiers - Story Trailer", 28892, 1872, 100,
            "personal_brand", "inspirational"),
        Video(
            "RB-O0V9djEs", "Has Google Created Sentient AI?", 3457355, 56392, 11848,
            "ai_automation", "educational"),
        Video(
            "ZJixNvx9BAc", "Machine Learning: Living in the Age of AI | A WIRED Film", 402110, 9862, 205,
            "ai_automation", "educational"),
        Video(
            "PO_d169ibZ8", "Tiesto - The Business (Official Lyric Video)", 54244089, 385847, 4381,
            "content_creation", "educational"),
        Video(
            "MN7yfV4UuCI", "How To Build A Business That Works | Brian Tracy #GENIUS", 676300, nil, 1144,
            "other", "educational"),
        Video(
            "nLPve1gGSMU", "Work Week In My Life | Data Scientist at Spotify", 2287752, 55097, 1543,
            "personal_brand", "educational"),
        Video(
            "N3odbO3RlTU", "Apple iPhone 14 EVENT - Apple are Changing a Product...", 425880, 29026, 2530,
            "saas_growth", "educational"),
        Video(
            "7BJ3ZXpserc", "Maroon 5 - Animals (Lyric Video)", 193685278, 1019385, 24603,
            "content_creation", "educational"),
        Video(
            "7efofMxwwr0", "shiey - settle down (Music Video)", 97930, 10389, 905,
            "content_creation", "educational"),
        Video(
            "k2P_pHQDlp0", "AI VS ML VS DL VS Data Science", 31289, 2180, 170,
            "ai_automation", "entertainment"),
        Video(
            "399s6qrSbgs", "HUSTLANG Robber - HIS STORY (M/V)", 2295412, 29014, 1356,
            "personal_brand", "inspirational"),
        Video(
            "BwcVm0YRvuo", "Google engineer warns new AI robot has feelings", 1711823, 53545, 17946,
            "ai_automation", "educational"),
        Video(
            "jXkKghLs2O8", "Racist AI Rapper Gets Bounced From The Music Business", 11649, 667, 305,
            "ai_automation", "educational"),
        Video(
            "M85EcbfhH9A", "Day in the Life of a Computer Science Student at Waterloo", 17156, 1149, 146,
            "personal_brand", "educational"),
        Video(
            "nl7kDPYD20A", "How to Get Started with Machine Learning &amp; AI", 578179, 8812, 889,
            "ai_automation", "educational"),
        Video(
            "Y3Rs1z7it5M", "How Making Indie Games Changed My Life", 2475429, 79849, 4880,
            "personal_brand", "educational"),
        Video(
            "JaUCiKTNBxQ", "A Day In The Life Of Sundar Pichai (Google&#39;s CEO)", 6123730, 107571, 3380,
            "personal_brand", "educational"),
        Video(
            "cqwpLa7eN54", "Apple September Event - Every NEW Product Revealed!", 154901, 4248, 593,
            "saas_growth", "educational"),
        Video(
            "f_uwKZIAeM0", "What is Machine Learning?", nil, nil, nil,
            "other", "educational"),
        Video(
            "ZcBBGC8_mfU", "BEST Auditions Of Songs From Movies | Amazing Auditions", 5351960, 20138, nil,
            "other", "educational"),
        Video(
            "XWv_4L1_Z7Q", "The Evolution of XBOX Startup Screens (2001-2019)", 8830062, 124490, 7455,
            "saas_growth", "educational"),
    ]
}
