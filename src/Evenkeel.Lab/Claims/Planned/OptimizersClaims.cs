namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Optimizers that have no experiment yet.</summary>
internal static class OptimizersClaims
{
    public static Claim[] All { get; } =
    [
        new("C52", Topics.Optimizers, "Descent ends in local minima and saddle points")
        {
            Source = "S2, S4",
            Phrase = "local minima나 saddle point에 수렴",
            Question = "On f = x^2 - y^2, where does gradient descent end?",
            Criterion = "From (1, 0) it ends at the saddle; from (1, 1e-6) it leaves it within 10% of ln(1/y0) / ln(1 + 2 rate) steps.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C55", Topics.Optimizers, "Momentum escapes where the gradient is zero")
        {
            Source = "S2",
            Phrase = "gradient가 0이어서 ... velocity가 있어 빠져 나올 수",
            Question = "Does momentum leave a stationary point?",
            Criterion = "From rest at the point it never moves; arriving with velocity it passes; from 1e-6 beside a saddle it escapes at least 3 times sooner than plain descent.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C56", Topics.Optimizers, "Saddle points are more common in many dimensions")
        {
            Source = "S4",
            Phrase = "saddle points much more common in high dimension",
            Question = "How often are all eigenvalues of a random symmetric matrix positive, and of a small network's critical points?",
            Criterion = "The share of positive spectra falls faster than 2^-N for N = 2 to 10.",
            Cost = new(new(10, 1), new(30, 1), new(60, 1)),
        },
        new("C57", Topics.Optimizers, "AdaGrad, RMSProp, Adam and AdamW as they are described")
        {
            Source = "S2",
            Phrase = "AdaGrad velocity ... Adam = Momentum + AdaGrad ... AdamW = Weight Decay을 추가",
            Question = "Do the optimizers do what the notes say?",
            Criterion = "AdaGrad's step for a constant gradient falls as t^-1/2 and keeps no velocity; Adam's first step is the rate times the gradient's sign; Adam with an L2 penalty and AdamW differ; on an ill-conditioned quadratic adaptive rates help along the axes and less when rotated.",
            Cost = new(new(40, 1), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C58", Topics.Optimizers, "The usual learning rates are 1e-3 and 1e-5")
        {
            Source = "S2",
            Phrase = "국룰 learning rate : 1e-3, 1e-5",
            Question = "At which rates do SGD, momentum and Adam learn best?",
            Criterion = "Adam's best rate within 3e-4 to 3e-3; SGD's too.",
            Cost = new(new(40, 2), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C60", Topics.Optimizers, "A large change of the rate tells a bad rate from bad code")
        {
            Source = "S2",
            Phrase = "Learning rate을 크게 바꿔봐야 lr문제인지 code문제인지",
            Question = "Do three planted bugs show at every rate?",
            Criterion = "A wrong sign fails at every rate, a bad rate at some; a missing 1/m is not hidden by any rate; stale statistics fail at every rate.",
            Cost = new(new(30, 1), new(120, 3), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C61", Topics.Optimizers, "Underfitting calls for more capacity, overfitting for more data")
        {
            Source = "S2",
            Phrase = "underfitting ... Complexity을 높이는",
            Question = "How do training accuracy and test error depend on width and on the number of samples?",
            Criterion = "Training accuracy rises with the width 4 to 512; test error falls with the samples 100 to 60,000.",
            Cost = new(new(60, 2), new(300, 5), new(600, 5)),
            Datasets = ["mnist"],
        },
        new("C62", Topics.Optimizers, "Hyper-parameters are found by toil")
        {
            Source = "S2",
            Phrase = "노가다",
            Question = "Is random search at least as good as a grid of the same size?",
            Criterion = "Best of 60 random choices at least that of an 8 by 8 grid minus 0.1 points.",
            Cost = new(new(60, 1), new(300, 5), new(600, 5)),
            Datasets = ["mnist"],
        },
        new("C49", Topics.Optimizers, "A mini-batch's gradient stands for that of all samples")
        {
            Source = "S2, S3",
            Phrase = "미니배치 ... 근사 / 병렬처리의 이득",
            Question = "Is the gradient of a mini-batch unbiased, how does its variance depend on the size, and what does a batch gain in speed?",
            Criterion = "Bias below 3 standard errors; slope of variance over batch size in logarithms -1 within 0.1; at least 5 times more samples per second at batch 64 than at batch 1.",
            Cost = new(new(10, 1), new(20, 1), new(20, 1)),
            Datasets = ["mnist"],
        },
        new("C50", Topics.Optimizers, "Gradient noise accumulates; it takes long to reach a minimum")
        {
            Source = "S2, S4",
            Phrase = "Gradient Noise가 누적되어",
            Question = "Where does descent with noisy gradients end on a quadratic?",
            Criterion = "The variance around the minimum is rate sigma^2 / (h (2 - rate h)) within 10%, and half of it at half the rate, within 10%; accumulates: the variance of the second half of the run is at least 1.5 times that of the first.",
            Cost = new(new(2, 1), new(2, 1), new(2, 1)),
        },
        new("C51", Topics.Optimizers, "Poor conditioning makes descent zigzag and slow")
        {
            Source = "S2",
            Phrase = "Poor Conditioning ... zigzagging",
            Question = "How many steps does gradient descent need for condition numbers 10, 100 and 1000?",
            Criterion = "At the best rate 69, 691 and 6908 steps to 1e-6, within 5%; near 2 / L the steep axis changes its sign in more than 80% of the steps.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C53", Topics.Optimizers, "Momentum averages noise")
        {
            Source = "S2",
            Phrase = "noise가 평균화",
            Question = "What is the variance of the averaged gradient, and of the weights?",
            Criterion = "The variance of (1 - beta) v is (1 - beta) / (1 + beta) of a gradient's, within 10%; the variance of the weights, at equal rate / (1 - beta), is at least 20% lower than without momentum.",
            Cost = new(new(2, 1), new(2, 1), new(2, 1)),
        },
        new("C54", Topics.Optimizers, "Momentum reduces zigzagging")
        {
            Source = "S2",
            Phrase = "zigzagging behavior를 줄임",
            Question = "How many steps does tuned momentum save at condition number 100, and is the path straighter?",
            Criterion = "69 against 691 steps within 5%; path length over displacement lower than plain descent's near 2 / L; so it is also for momentum 0.5 at the same rate.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C59", Topics.Optimizers, "Second-order methods")
        {
            Source = "S4",
            Phrase = "Second-Order",
            Question = "How many steps does Newton's method need, and where does it go near a saddle?",
            Criterion = "One step on a quadratic of any condition number; logistic regression on 50 components of MNIST: at most 15 steps to a gradient of 1e-6, and more than 500 for gradient descent; at a saddle it moves away.",
            Cost = new(new(10, 1), new(20, 1), new(20, 1)),
            Datasets = ["mnist"],
        },
    ];
}
