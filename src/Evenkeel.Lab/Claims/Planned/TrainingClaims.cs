namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Training that have no experiment yet.</summary>
internal static class TrainingClaims
{
    public static Claim[] All { get; } =
    [
        new("C63", Topics.Training, "Early stopping keeps the best weights")
        {
            Source = "S3, S2",
            Phrase = "가장 좋았을때의 W를 저장 / 갑자기 좋아진 순간",
            Question = "Are the weights of the best validation better than the last ones, and than those of the first jump?",
            Criterion = "Test accuracy of the best at least 0.3 points above the last; those of the first jump below the best.",
            Cost = new(new(30, 3), new(120, 5), new(240, 10)),
            Datasets = ["mnist"],
            MayStayOpen = "With one thousand samples the gap is small; three seeds may not separate it from chance.",
        },
        new("C64", Topics.Training, "High variance is overfitting, high bias is underfitting")
        {
            Source = "S3",
            Phrase = "High Variance는 오버피팅이고 High Bias는 언더피팅",
            Question = "How do squared bias and variance depend on the width?",
            Criterion = "Bias falls with the width 2 to 256; variance rises over the first half of the widths.",
            Cost = new(new(60, 1), new(240, 1), new(480, 3)),
            Datasets = ["mnist"],
        },
        new("C65", Topics.Training, "Dropout must be another in inference than in training")
        {
            Source = "S4",
            Phrase = "Inference step에서 Train 때와 동일하게 적용할 수 없다",
            Question = "What does dropout do if it stays on in inference?",
            Criterion = "Predictions change from call to call and accuracy is at least 0.2 points lower; the mean over training masks of a linear network equals its inference within 3 standard errors; the mean over 50 masks comes within 0.2 points.",
            Cost = new(new(20, 2), new(60, 5), new(120, 5)),
            Datasets = ["mnist"],
        },
        new("C66", Topics.Training, "Dropout makes training slow")
        {
            Source = "S3",
            Phrase = "학습속도가 매우 느린 dropout",
            Question = "How many more steps does a network with dropout need, and how much longer is a step?",
            Criterion = "At least 1.5 times more steps to 97%; a step less than 1.2 times longer.",
            Cost = new(new(30, 2), new(120, 5), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C67", Topics.Training, "DropConnect, fractional pooling and stochastic depth regularise")
        {
            Source = "S4",
            Phrase = "Drop connect, fractional max pooling, stochastic depth",
            Question = "Does each improve a network that overfits?",
            Criterion = "Test accuracy above the base by two standard errors where the base's gap is above 5 points; stochastic depth saves at least 15% of the time.",
            Cost = new(new(60, 2), new(600, 5), new(1200, 5)),
            Datasets = ["cifar10"],
            MayStayOpen = "The gains are small; two seeds may not separate them from chance.",
        },
        new("C68", Topics.Training, "Transfer from a trained backbone helps")
        {
            Source = "S4",
            Phrase = "Transfer Learning ... ImageNet pretrained BackBone",
            Question = "Do layers trained on the digits 0 to 4 help to learn 5 to 9 from few labels?",
            Criterion = "With 10 labels per class at least 5 points above training from scratch; normalisation in the frozen part must use its running statistics.",
            Cost = new(new(40, 2), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C69", Topics.Training, "Residual blocks make depth trainable")
        {
            Source = "S4",
            Phrase = "Residual Block",
            Question = "Does a plain network get worse with depth where a residual one does not?",
            Criterion = "Training loss of the plain network at depth 32 above that at depth 8; of the residual network at depth 32 at most that at depth 8. Both normalised.",
            Cost = new(new(90, 1), new(900, 3), new(7200, 5)),
            Datasets = ["cifar10"],
            MayStayOpen = "One seed of few steps at depth 32 may not separate the two.",
        },
        new("C70", Topics.Training, "Small rates, ReLU and good first weights are indirect remedies")
        {
            Source = "S1",
            Phrase = "small learning rate ... ReLU ... 초기값",
            Question = "Is batch normalisation alone worth each of the three remedies?",
            Criterion = "Accuracy of a ten-layer network: normalisation alone at least that of each remedy alone.",
            Cost = new(new(40, 2), new(180, 5), new(360, 5)),
            Datasets = ["mnist"],
        },
        new("C71", Topics.Training, "Gradients that are too large or too small prevent learning")
        {
            Source = "S1",
            Phrase = "기울기가 너무 크거나 작은 경우 학습이 제대로",
            Question = "How does learning depend on a factor on the loss?",
            Criterion = "Factors 1e-4 to 1e4: SGD learns in the middle only; Adam learns at all of them.",
            Cost = new(new(20, 2), new(60, 5), new(120, 5)),
            Datasets = ["mnist"],
        },
    ];
}
