namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic BatchNorm that have no experiment yet.</summary>
internal static class BatchNormClaims
{
    public static Claim[] All { get; } =
    [
        new("C01", Topics.BatchNorm, "A layer's inputs change their distribution while the layers below learn")
        {
            Source = "S0, S1, S3",
            Phrase = "이전 layer의 parameter들이 변하므로 ... 분포가 변하는 현상",
            Question = "Do the inputs of the last hidden layer's sigmoids change their distribution over training, without batch normalisation?",
            Criterion = "Median over units and seeds: the range of the 50th percentile above 0.5, and the largest spread (85th minus 15th percentile) more than 5 times the smallest.",
            Cost = new(new(15, 2), new(60, 5), new(120, 10)),
            Datasets = ["mnist"],
        },
        new("C02", Topics.BatchNorm, "Deeper layers drift more")
        {
            Source = "S0",
            Phrase = "층이 깊어질 수록 변화가 커져",
            Question = "In a network of ten layers without normalisation, do the inputs of deeper layers change more over 200 steps?",
            Criterion = "Spearman's correlation of depth and drift (change of mean plus change of deviation on fixed samples) above 0.5 in at least four of five seeds.",
            Cost = new(new(15, 5), new(30, 5), new(60, 10)),
            Datasets = ["mnist"],
        },
        new("C03", Topics.BatchNorm, "Batch normalisation reduces internal covariate shift, in the sense of distributions")
        {
            Source = "S0, S1, S3",
            Phrase = "Internal covariate shift 감소 ... 발생하지 않도록",
            Question = "Do the inputs of the last sigmoids drift less with batch normalisation, and not at all?",
            Criterion = "The range of the median at least 3 times wider without than with; with normalisation the spread changes at most 2 times. That it does not occur at all: range of the median below 0.02.",
            Cost = new(new(10, 2), new(60, 5), new(120, 10)),
            Datasets = ["mnist"],
        },
        new("C08", Topics.BatchNorm, "Batch normalisation allows higher learning rates")
        {
            Source = "S0, S3, S4",
            Phrase = "더 큰 learning rates 사용 가능",
            Question = "Is the largest rate at which a network still learns higher with batch normalisation, and is its best rate faster?",
            Criterion = "Largest stable rate at least 4 times higher with normalisation; at each one's best rate at least 1.5 times fewer steps to the target.",
            Cost = new(new(60, 2), new(300, 5), new(600, 5)),
            Datasets = ["mnist"],
        },
        new("C09", Topics.BatchNorm, "Batch normalisation prevents vanishing and exploding gradients")
        {
            Source = "S0",
            Phrase = "gradient vanishing / exploding 문제 발생 없이",
            Question = "Are the gradients of the first and the last layer of the same size, at depth 10 to 50?",
            Criterion = "Ratio of gradient norms first to last within 0.05 to 20 with normalisation and outside without, at the start and after 100 steps, for sigmoid and tanh, depth 10 to 30. Depth 50 is reported.",
            Cost = new(new(20, 2), new(60, 5), new(120, 5)),
            Datasets = ["mnist"],
        },
        new("C10", Topics.BatchNorm, "Batch normalisation makes first weights matter less")
        {
            Source = "S0, S3, S4",
            Phrase = "초기 파라미터와 무관하게",
            Question = "Does a deep network reach the same accuracy whatever the deviation of its first weights?",
            Criterion = "Deviations 1e-4 to 10: range of final accuracies at most 3 points with normalisation and at least 30 without.",
            Cost = new(new(40, 2), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C11", Topics.BatchNorm, "Batch normalisation regularises")
        {
            Source = "S0, S3, S4",
            Phrase = "오버피팅을 방지할 수 있는 regularization 효과",
            Question = "At the same training loss, is the gap between training and test smaller with batch normalisation, and smaller for smaller batches?",
            Criterion = "Gap smaller with than without by two standard errors, and growing with the batch size 8, 32, 128, all.",
            Cost = new(new(60, 3), new(300, 5), new(600, 10)),
            Datasets = ["mnist"],
            MayStayOpen = "The effect is weak; three seeds may not separate it from chance.",
        },
        new("C12", Topics.BatchNorm, "Batch normalisation replaces dropout")
        {
            Source = "S0, S3",
            Phrase = "Dropout의 필요성 낮아짐",
            Question = "With batch normalisation, does dropout still help?",
            Criterion = "Accuracy with normalisation at least that with dropout minus 0.3 points, and both together at most 0.2 points above normalisation alone; variance ratio of dropout before normalisation 2.0 within 10%.",
            Cost = new(new(60, 3), new(300, 5), new(600, 10)),
            Datasets = ["mnist"],
            MayStayOpen = "The effect is weak; three seeds may not separate it from chance.",
        },
        new("C19", Topics.BatchNorm, "Gamma and beta give flexibility")
        {
            Source = "S2",
            Phrase = "감마와 베타를 통해 Flexibility",
            Question = "Does a network reach a higher accuracy with gamma and beta than without?",
            Criterion = "Difference above two standard errors for sigmoid and for ReLU networks. Gamma alone and beta alone are reported.",
            Cost = new(new(40, 3), new(240, 5), new(480, 10)),
            Datasets = ["mnist"],
            MayStayOpen = "The effect is weak; three seeds may not separate it from chance.",
        },
        new("C23", Topics.BatchNorm, "Batch normalisation belongs between product and nonlinearity")
        {
            Source = "S3",
            Phrase = "FC layer다음 nonlinearity이전",
            Question = "Is accuracy higher with normalisation before the nonlinearity than behind it?",
            Criterion = "Before at least 0.2 points above behind, by two standard errors, for sigmoid and ReLU.",
            Cost = new(new(30, 3), new(240, 5), new(480, 10)),
            Datasets = ["mnist"],
            MayStayOpen = "The literature is split for ReLU; three seeds may not separate the two.",
        },
        new("C25", Topics.BatchNorm, "Batch normalisation prevents saturation")
        {
            Source = "S3, S4",
            Phrase = "saturating nonlinearity문제를 방지",
            Question = "Does a sigmoid network of ten layers learn with batch normalisation where it does not without, at any rate of a grid?",
            Criterion = "Best over the grid: without at most 20%, with at least 90%. The saturated share is reported.",
            Cost = new(new(40, 2), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C27", Topics.BatchNorm, "Batch normalisation makes hyper-parameters matter less")
        {
            Source = "S3",
            Phrase = "다양한 하이퍼 파라미터에 대해서 덜 민감",
            Question = "Over random choices of rate, first weights, momentum and weight decay, do accuracies vary less with batch normalisation?",
            Criterion = "30 random choices: interquartile range of the accuracies at least 2 times wider without.",
            Cost = new(new(60, 1), new(300, 5), new(600, 5)),
            Datasets = ["mnist"],
        },
        new("C28", Topics.BatchNorm, "Batch normalisation fails for small batches")
        {
            Source = "S1, S3",
            Phrase = "작은 Batch사이즈의 경우 성능이 낮게",
            Question = "Does accuracy fall with the batch size where it does not with other normalisations?",
            Criterion = "Evaluated at batch 2 at least 5 points below batch 32, while group and layer normalisation lose at most 2; in a dense layer with two samples no gradient passes.",
            Cost = new(new(60, 2), new(420, 5), new(900, 5)),
            Datasets = ["mnist"],
        },
        new("C29", Topics.BatchNorm, "High learning rates make gradients vanish or end in poor minima")
        {
            Source = "S3",
            Phrase = "높은 Learning rate로 학습시 scale때문에 gradient가 vanish하거나 local minima",
            Question = "Just above the largest stable rate, do units of a plain network die where those of a normalised one do not?",
            Criterion = "More than half of the units dead, or numbers not finite, without; less than 20% dead with normalisation.",
            Cost = new(new(20, 2), new(120, 5), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C30", Topics.BatchNorm, "Batch normalisation is better than earlier normalisation")
        {
            Source = "S1, S3",
            Phrase = "기존보다 좋은 normalization",
            Question = "Is batch normalisation better than standardised inputs alone, each at its best rate?",
            Criterion = "Steps to the target fewer and final accuracy higher, both by two standard errors.",
            Cost = new(new(60, 2), new(600, 5), new(1200, 5)),
            Datasets = ["cifar10"],
        },
    ];
}
