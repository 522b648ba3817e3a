"""What the seed documents say, copied from them by hand, never from the profiles.

Three documents: two CVs as text taken from PDFs (001 Chao Jin, 004 Zili Zhang) and a homepage (003 Chaobo Jia, its
visible parts). An `Entry` is what belongs together: the texts of its `head` stand on the same two or three lines,
those of its `body` below them, in this order. Entries stand in the order of the document; dates and places that
float away from their entry in the seed are put back. Letters, figures and spellings are the seed's, capitals (small
capitals on paper) included; icons, bullets and markup are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SEEDS", "Entry", "Seed"]


@dataclass(frozen=True)
class Entry:
    """Texts that belong together: the head in any order, then the body in this order."""

    head: tuple[str, ...]
    body: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seed:
    """One document.

    `footer` is what stands at each page's foot before its number. `added` is what the CV says beyond the seed.
    `corrected` maps a misspelt word to the right one.
    """

    entries: tuple[Entry, ...]
    footer: str
    added: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()


def e(*head: str, then: tuple[str, ...] = ()) -> Entry:
    """Return an entry, briefly."""
    return Entry(head, then)


ADDRESS = "Yanyuan Building 818, No.5 Yiheyuan Road, Haidian District, Beijing, Republic of China"
NSDI = "USENIX SYMPOSIUM ON NETWORKED SYSTEMS DESIGN AND IMPLEMENTATION"
PKU, AWARD, CEREMONY = "Peking University", "Peking University Award", "Graduation Ceremony"

# --- 001 ----------------------------------------------------------------------------------------------------------

CHAO_JIN = Seed(
    footer="Chao Jin · Curriculum Vitae",
    # The rank of his newest honor comes from his homepage (000).
    added=("2/56",),
    corrected=(("pyxix", "pyxis"),),
    entries=(
        e("Chao Jin"),
        e("PH.D. CANDIDATE · PEKING UNIVERSITY"),
        e(ADDRESS),
        e("chaojin@pku.edu.cn", "chaojin0310.github.io", "chaojin0310", "Chao Jin"),
        e("Education"),
        e(
            "Peking University",
            "PH.D. IN COMPUTER SOFTWARE AND THEORY",
            "Beijing, China",
            "Sep. 2023 - Present",
            then=("Advisor: Prof. Xin Jin",),
        ),
        e(
            "Peking University",
            "B.SC. IN COMPUTER SCIENCE AND TECHNOLOGY",
            "Beijing, China",
            "Sep. 2018 - Jun. 2023",
            then=("GPA: 3.82/4.0, Ranking: 5/205",),
        ),
        e("Experience"),
        e(
            "StepFun System Team",
            "RESEARCH INTERN",
            "Beijing, China",
            "Apr. 2025 - Aug. 2025",
            then=("Mentor: Ranchen Ming",),
        ),
        e(
            "ByteDance Seed",
            "RESEARCH INTERN",
            "Beijing, China",
            "Jul. 2023 - Mar. 2025",
            then=("Mentor: Ziheng Jiang, Haibin Lin",),
        ),
        e(
            "Software Engineering Institute, PKU",
            "RESEARCH ASSISTANT",
            "Beijing, China",
            "Sep. 2021 - Jun. 2023",
            then=("Advisor: Prof. Xin Jin",),
        ),
        e(
            "Alibaba Cloud",
            "RESEARCH INTERN",
            "Beijing, China",
            "Mar. 2022 - Aug. 2022",
            then=("Mentor: Rui Miao",),
        ),
        e("Publications"),
        e(
            "MegaScale-MoE: Large-Scale Communication-Efficient Training of Mixture-of-Experts Models in Production",
            "Edinburgh, UK",
            "EUROPEAN CONFERENCE ON COMPUTER SYSTEMS (EUROSYS 2026)",
            "Apr. 2026",
            then=(
                (
                    "Chao Jin*, Ziheng Jiang*, Zhihao Bai, Zheng Zhong, Juncai Liu, Xiang Li, Ningxin Zheng, "
                    "Xi Wang, Cong Xie, Qi Huang, Wen Heng, Yiyuan Ma, Wenlei Bao, Size Zheng, Yanghua Peng, "
                    "Haibin Lin, Xuanzhe Liu, Xin Jin, Xin Liu"
                ),
                "(* Equal Contribution)",
            ),
        ),
        e(
            "Efficient RL for LLMs with Dynamic and Online Speculative Decoding",
            "Hong Kong, China",
            "THE 1ST FRONTIER AI SYSTEMS WORKSHOP (FAISys 2025)",
            "Nov. 2025",
            then=("Chao Jin, Yinmin Zhong, Zili Zhang, Yimin Jiang, Yibo Zhu",),
        ),
        e(
            "MegaScale-Infer: Serving Mixture-of-Experts at Scale with Disaggregated Expert Parallelism",
            "Coimbra, Portugal",
            "ACM SPECIAL INTEREST GROUP ON DATA COMMUNICATION (SIGCOMM 2025)",
            "Sep. 2025",
            then=(
                (
                    "Ruidong Zhu*, Ziheng Jiang*, Chao Jin*, Peng Wu, Cesar A. Stuardo, Dongyang Wang, Xinlei Zhang, "
                    "Huaping Zhou, Haoran Wei, Yang Cheng, Jianzhe Xiao, Xinyi Zhang, Lingjun Liu, Haibin Lin, "
                    "Li-Wen Chang, Jianxi Ye, Xiao Yu, Xuanzhe Liu, Xin Jin, Xin Liu"
                ),
                "(* Equal Contribution)",
            ),
        ),
        e(
            "RAGCache: Efficient Knowledge Caching for Retrieval-Augmented Generation",
            "ACM TRANSACTIONS ON COMPUTER SYSTEMS (TOCS 2025)",
            "Sep. 2025",
            then=("Chao Jin, Zili Zhang, Xuanlin Jiang, Fangyue Liu, Shufan Liu, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Ditto: Efficient Serverless Analytics with Elastic Parallelism",
            "New York City, NY, U.S.",
            "ACM SPECIAL INTEREST GROUP ON DATA COMMUNICATION (SIGCOMM 2023)",
            "Sep. 2023",
            then=("Chao Jin, Zili Zhang, Xingyu Xiang, Songyun Zou, Gang Huang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "HydraServe: Minimizing Cold Start Latency for Serverless LLM Serving in Public Clouds",
            "Renton, WA, U.S.",
            f"{NSDI} (NSDI 2026)",
            "May 2026",
            then=("Chiheng Lou, Sheng Qi, Chao Jin, Dapeng Nie, Haoran Yang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "StreamRL: Scalable, Heterogeneous, and Elastic RL for LLMs with Disaggregated Stream Generation",
            "IN PREPRINT.",
            "Apr. 2025",
            then=(
                (
                    "Yinmin Zhong, Zili Zhang, Xiaoniu Song, Hanpeng Hu, Chao Jin, Bingyang Wu, Nuo Chen, "
                    "Yukun Chen, Yu Zhou, Changyi Wan, Hongyu Zhou, Yimin Jiang, YiBo Zhu, Daxin Jiang"
                ),
            ),
        ),
        e(
            "FaaSPR: Latency-oriented Placement and Routing Optimization for Serverless Workflow Processing",
            "IEEE/ACM TRANSACTIONS ON NETWORKING (TON 2025)",
            "Mar. 2025",
            then=("Yunshan Jia, Chao Jin, Qing Li, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Pyxix: Scheduling Mixed Tasks in Disaggregated Datacenters",
            "IEEE TRANSACTIONS ON PARALLEL AND DISTRIBUTED SYSTEMS (TPDS 2024)",
            "Jun. 2024",
            then=("Sheng Qi, Chao Jin, Mosharaf Chowdhury, Zhenming Liu, Gang Huang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Jolteon: Unleashing the Promise of Serverless for Serverless Workflows",
            "Santa Clara, CA, U.S.",
            f"{NSDI} (NSDI 2024)",
            "Apr. 2024",
            then=("Zili Zhang, Chao Jin, Xin Jin",),
        ),
        e(
            "Fast, Approximate Vector Queries on Very Large Unstructured Datasets",
            f"{NSDI} (NSDI 2023)",
            "Boston, MA, U.S.",
            "Apr. 2023",
            then=("Zili Zhang, Chao Jin, Linpeng Tang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Melon: Breaking the Memory Wall for Resource-Efficient On-Device Machine Learning",
            "Portland, OR, U.S.",
            "ACM INTERNATIONAL CONFERENCE ON MOBILE SYSTEMS, APPLICATIONS, AND SERVICES (MOBISYS 2022)",
            "June 2022",
            then=(
                (
                    "Qipeng Wang, Mengwei Xu, Chao Jin, Xinran Dong, Jinliang Yuan, Gang Huang, Xin Jin, Yunxin Liu, "
                    "Xuanzhe Liu"
                ),
            ),
        ),
        e("Teaching"),
        e("Operating Systems (Honor Track)", "TEACHING ASSISTANT", "Peking University", "Feb. 2024 - Jun. 2024"),
        e("Introduction to Computer System", "TEACHING ASSISTANT", "Peking University", "Sep. 2021 - Jan. 2022"),
        e("Services"),
        e("IEEE Transactions on Computers (TC)", "REVIEWER", "Jan. 2026"),
        e("IEEE Transactions on Services Computing (TSC)", "REVIEWER", "Sep. 2025"),
        e("Honors & Awards"),
        e("UNIVERSITY AWARDS"),
        e("2024", "Merit Student", AWARD, PKU),
        e("2024", "Huawei Scholarship", AWARD, PKU),
        e("2023", "Presidential Scholarship", AWARD, PKU),
        e("2021", "Learning Excellence Award", AWARD, PKU),
        e("2020", "Merit Student", AWARD, PKU),
        e("2020", "Xiaomi Scholarship", AWARD, PKU),
    ),
)

# --- 004 ----------------------------------------------------------------------------------------------------------

HOMEWORK = "Correcting students' homework and assisted teachers in the examination paper."
SEMINAR = "Organizing the seminar and prepared topics for discussion."
CODING = "Coding for the course project."

ZILI_ZHANG = Seed(
    footer="OCTOBER 22, 2024 Zili Zhang · Curriculum Vitae",
    # The seed lost his name at the head, and the place of one of his two papers at NSDI'23.
    added=("Zili Zhang", "Boston, U.S."),
    # Letters that stand for a line which is there in full elsewhere, and the feet of the pages.
    entries=(
        e("Ph.D. STUDENT · PEKING UNIVERSITY"),
        e(ADDRESS),
        e("Zzlcs@pku.edu.cn", "www.zilizhang.site", "Gold-Sea", "Zili Zhang"),
        e("Education"),
        e(
            "Peking University",
            "Beijing, China",
            "Ph.D. IN COMPUTER SCIENCE AND ENGINEERING",
            "Sep. 2023 - Present",
            then=("Advisor: Prof. Xin Jin",),
        ),
        e(
            "Peking University",
            "Beijing, China",
            "B.E. IN COMPUTER SCIENCE AND ENGINEERING",
            "Sep. 2019 - Jun. 2023",
            then=("Overall GPA: 3.71/4.0 (top 9%)",),
        ),
        e("Service."),
        e("2025", "Shadow PC, The 20th edition of EuroSys (EuroSys 2025)", "Rotterdam"),
        e("Publications"),
        e(
            (
                "DistTrain: Addressing Model and Data Heterogeneity with Disaggregated Training for Multimodal Large "
                "Language Models"
            ),
            "In Preprint",
            "Aug 2024",
            then=("Zili Zhang, Yinmin Zhong, Ranchen Ming, Hanpeng Hu, Jianjian Sun, Zheng Ge, Yibo Zhu, Xin Jin",),
        ),
        e(
            "RLHFuse: Efficient RLHF Training for Large Language Models with Inter- and Intra-Stage Fusion",
            "IN PREPRINT",
            "Sep 2024",
            then=(
                (
                    "Yinmin Zhong, Zili Zhang, Bingyang Wu, Shengyu Liu, Yukun Chen, Changyi Wan, Hanpeng Hu, "
                    "Lei Xia, Ranchen Ming, Yibo Zhu, Xin Jin"
                ),
            ),
        ),
        e(
            "RAGCache: Efficient Knowledge Caching for Retrieval-Augmented Generation",
            "IN PREPRINT",
            "Apr 2024",
            then=("Chao Jin, Zili Zhang, Xuanlin Jiang, Fangyue Liu, Xin Liu, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Fast Distributed Inference Serving for Large Language Models",
            "IN PREPRINT",
            "May 2023",
            then=(
                "Bingyang Wu*, Yinmin Zhong*, Zili Zhang*, Gang Huang, Xuanzhe Liu, Xin Jin",
                "(* indicates equal contribution)",
            ),
        ),
        e(
            "Fast Vector Query Processing for Large Datasets Beyond GPU Memory with Reordered Pipelining",
            "Santa Clara, U.S.",
            "NSDI'24",
            "Apr 2024",
            then=("Zili Zhang, Fangyue Liu, Gang Huang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Jolteon: Unleashing the Promise of Serverless for Serverless Workflows",
            "Santa Clara, U.S.",
            "NSDI'24",
            "Apr. 2024",
            then=("Zili Zhang, Chao Jin, Xin Jin",),
        ),
        e(
            "dLoRA: Dynamically Orchestrating Requests and Adapters for LoRA LLM Serving",
            "Santa Clara, U.S.",
            "OSDI'24",
            "Jul. 2024",
            then=("Bingyang Wu, Ruidong Zhu, Zili Zhang, Peng Sun, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Fast, Approximate Vector Queries on Very Large Unstructured Datasets",
            "NSDI'23",
            "Apr. 2023",
            then=("Zili Zhang, Chao Jin, Linpeng Tang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Ditto: Efficient Serverless Analytics with Elastic Parallelism",
            "New York City, U.S.",
            "SIGCOMM'23",
            "Apr. 2023",
            then=("Chao Jin, Zili Zhang, Xingyu Xiang, Songyun Zou, Gang Huang, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            "Transparent GPU Sharing in Container Clouds for Deep Learning Training",
            "Boston, U.S.",
            "NSDI'23",
            "Apr. 2023",
            then=("Bingyang Wu, Zili Zhang, Zhihao Bai, Xuanzhe Liu, Xin Jin",),
        ),
        e(
            (
                "Rise of Distributed Deep Learning Training in the Big Model Era: From A Software "
                "Engineering Perspective"
            ),
            "TOSEM'23",
            "May. 2023",
            then=(
                "Xuanzhe Liu",
                "Diandian Gu, Zhenpeng Chen, Jinfeng Wen, Zili Zhang, Yun Ma, Haoyu Wang, Xin Jin",
            ),
        ),
        e(
            "Optimizing Half Precision Winograd Convolution on ARM Many-Core Processors",
            "APSYS'22",
            "Online",
            "Aug. 2022",
            then=("Dedong Xie, Zhen Jia, Zili Zhang, Xin Jin",),
        ),
        e("Internship"),
        e(
            "StepFun.",
            "Beijing, China",
            "RESEARCH INTERN OF LLM TRAINING",
            "Apr. 2024 - Present",
            then=("Optimization for Alibaba Serverless Computing Platform",),
        ),
        e(
            "Alibaba.",
            "Beijing, China",
            "RESEARCH INTERN OF SERVERLESS COMPUTING",
            "Jun. 2023 - Apr. 2024",
            then=("Optimization for Alibaba Serverless Computing Platform",),
        ),
        e(
            "Mogi.",
            "Beijing, China",
            "RESEARCH INTERN OF VECTOR DATABASE",
            "Oct. 2021 - Feb. 2023",
            then=("Optimization for Faiss runtime",),
        ),
        e(
            "ByteDance Inc.",
            "Beijing, China",
            "RESEARCH INTERN OF DL COMPILER",
            "Jun. 2021 - Sep. 2021",
            then=("Optimization for TVM compiler runtime",),
        ),
        e("Teaching"),
        e(
            "Operating System (Honor Track)",
            "Peking University",
            "TEACHING ASSISTANT",
            "Feb. 2024 - July. 2024",
            then=(HOMEWORK, SEMINAR),
        ),
        e(
            "Introduction to Computer System (Honor Track)",
            "Peking University",
            "TEACHING ASSISTANT",
            "Sep. 2022 - Jan. 2023",
            then=(HOMEWORK, SEMINAR, CODING),
        ),
        e(
            "Introduction to Computer System",
            "Peking University",
            "TEACHING ASSISTANT",
            "Sep. 2021 - Jan. 2022",
            then=(HOMEWORK, SEMINAR, CODING),
        ),
        e("Honors & Awards"),
        e("UNIVERSITY AWARDS"),
        e("2024", "Presidential Scholarship of Peking University (4/200)", AWARD, PKU),
        e("2023", "Top 10 Bachelor Thesis of Peking University, EECS (10/408)", CEREMONY, PKU),
        e("2023", "Outstanding Graduation Thesis of Peking University (33/4239)", CEREMONY, PKU),
        e("2023", "Representor of Excellent Graduates (14/4239)", CEREMONY, PKU),
        e("2023", "Excellent Graduates (613/4239)", CEREMONY, PKU),
        e("2022", "Exceptional Award for Academic Innovation (5/408)", AWARD, PKU),
        e("2022", "Award for Scientific Research", AWARD, PKU),
        e("2022", "Lee Wai Wing Scholarship", AWARD, PKU),
        e("2021", "Award for Scientific Research", AWARD, PKU),
        e("2020", "Award for Academic Excellents", AWARD, PKU),
        e("2020", "Third Prize", AWARD, PKU),
        e("Skills & Interests"),
        e("Programming", "AWS, Docker, Kubernetes, C++, Python, CUDA, Java, Golang, Node.js, Latex"),
        e("Languages", "Chinese (native), English"),
        e(
            "Interests",
            "Running (www.itra.run/RunnerSpace/ZHANG.Zili/4938114), Climbing, Traveling, Video Games",
        ),
    ),
)

# --- 003, what a visitor of the page sees -------------------------------------------------------------------------

FAASCALE = "FaaScale: Unlocking Fast Model Scaling for Serverless Inference"

CHAOBO_JIA = Seed(
    footer="Chaobo Jia · Curriculum Vitae",
    # His position below his name, and the link that the seed puts under "Submitted to SigComm'25".
    added=("Undergrad · HUST", "arXiv"),
    # A heading with nothing below it.
    entries=(
        e("Chaobo Jia"),
        e("Biography"),
        # Divided where the page has no space, or one too many, beside a full stop, a colon or a parenthesis.
        e(
            "Undergrad@HUST",
            then=(
                "My primary research interest is Systems & Compiler for Machine learning",
                "Nowadays I mainly work on LLM Training & Cloud Systems for ML inference",
                "I am very fortunate to be advised by Yue Cheng",
                "UVA",
                "Wei Wang",
                "HKUST",
                "Minchen Yu",
                "CUHK,SZ",
                "Jiasi Shen",
                "HKUST",
                "and Yao Wan",
                "HUST",
                "please feel free to chat with me or drop me an email!",
            ),
        ),
        e("Education"),
        e(
            "B.S. in",
            "WuHan",
            "Huazhong University of Science and Technology",
            "Software Engineering",
            "2021.9-2025.6",
        ),
        e("Publications"),
        e(FAASCALE, "Submitted to SigComm'25"),
        e("Research Experiences"),
        e(
            "MLsys",
            "UIUC",
            "Febrary. 2025 - present",
            then=("Role: Research Intern", "Advisor: Fan Lai", "Duties included:"),
        ),
        e(
            FAASCALE,
            "UVA & CUHK,SZ",
            "China",
            "January. 2024 - Febrary. 2025",
            then=(
                "Role: Research Intern, Core author, paper submitted to SigComm'25",
                "Advisor: Minchen Yu",
                "Yue Cheng",
                "Wei Wang",
                "Duties included:",
            ),
        ),
        e(
            "AI Compiler",
            "use LLM to optimize tensor programs",
            "University of Leeds & HUST CGCL",
            "WuHan",
            "Sept. 2023 - Nov. 2023",
            then=("Role: Research Intern", "Advisor: zheng wang", "wanyao"),
        ),
        e("Industrial Experiences"),
        # Role and mentor have fields of their own, and stand before the project where the page has them after it.
        e(
            "Optimize Network Stack time latency in Cryptocurrency Transaction Chain",
            "@CryFin-Tech Company",
            "ShangHai, China",
            "Sept 2023 - Dece 2023",
            "Project: tungstenite-rs, rustls",
            "Role: Core Developer",
            then=(
                "Duties included: Core InferenceEngine Developer, some examples I built:",
                "Developing a high performance ws protocol library tungstenite-rs-fast",
                "Refactoring the high-performance openssl protocol library rustls and getting it into production.",
                "Improving Multi-Node Data Synchronization Performance with RDMA",
                (
                    "Development of a high-performance base library, including high-performance hashTable, mpmc "
                    "synchronization and other components specialized for specific scenarios."
                ),
            ),
        ),
        e(
            "BaseDao",
            "Multifunctional DataBase Transaction Component",
            "@ByteDance TikTok",
            "BeiJing, China",
            "June 2023 - Octo 2023",
            "Project: close source project",
            "Role: Intern",
            "Mentor: Liangjie Zhang",
            then=(
                "Duties included: Complete BaseDao",
                "Multifunctional DataBase Transaction Component",
                "secondary development based on gorm",
                "support Shadow Table In DataBase Operation",
                "Integrated version support",
                "Support for distributed nested transactions",
                "Mq Support for Data Model",
            ),
        ),
    ),
)

SEEDS = {"chao_jin": CHAO_JIN, "zili_zhang": ZILI_ZHANG, "chaobo_jia": CHAOBO_JIA}
