namespace MLNet.DeepExt.Neural.Tests.Reference;

public sealed class ReferenceValuesTests
{
    private readonly ReferenceValues _reference = ReferenceValues.Load();

    [Fact]
    public void A_matrix_is_read_row_by_row_with_its_shape()
    {
        Assert.Equal([12, 6], _reference.Shape("network.x"));
        double[] x = _reference.Doubles("network.x");
        Assert.Equal(72, x.Length);
        Assert.Equal([1.9, 0.209, 0.895, -1.181, 0.274, 0.603, -0.661], x[..7]);
        Assert.Equal(0.209f, _reference.Singles("network.x")[1]);
    }

    [Fact]
    public void Single_numbers_class_indices_and_random_words_have_readers_of_their_own()
    {
        Assert.Equal(0.8, _reference.Double("dropout.keep"));
        Assert.Equal([2, 0, 3, 1, 1, 2], _reference.Integers("softmax.classes"));
        Assert.Equal(0xe220a8397b1dcdafUL, _reference.Words("splitmix64.0")[0]);
    }

    [Fact]
    public void Every_digit_survives_the_file()
    {
        // ln 2, of a row whose two best classes tie: all 53 bits of it.
        Assert.Equal(Math.Log(2), _reference.Doubles("softmax.extreme.rows")[3]);
    }

    [Fact]
    public void A_change_to_what_was_read_stays_with_the_reader()
    {
        _reference.Doubles("dropout.keep")[0] = -1;
        Assert.Equal(0.8, _reference.Double("dropout.keep"));
    }

    [Fact]
    public void Weighted_and_plain_losses_agree_with_their_definition()
    {
        double[] rows = _reference.Doubles("softmax.hard_weighted.rows");
        double[] weights = _reference.Doubles("softmax.weights");
        double loss = rows.Zip(weights, (row, weight) => row * weight).Sum() / weights.Sum();
        Assert.Equal(loss, _reference.Double("softmax.hard_weighted.loss"), 1e-14);
        Assert.Equal(rows.Average(), _reference.Double("softmax.hard.loss"), 1e-14);
    }

    [Fact]
    public void Values_along_the_way_were_taken_before_they_changed()
    {
        double[] x = _reference.Doubles("batchnorm.batch0.x");
        double[] means = [.. Enumerable.Range(0, 5).Select(column => 0.1 * Enumerable.Range(0, 7).Average(row => x[row * 5 + column]))];
        Assert.Equal(means, _reference.Doubles("batchnorm.batch0.running_mean"), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(_reference.Double("network.loss"), _reference.Doubles("network.losses")[0]);
        Assert.NotEqual(_reference.Doubles("network.start.dense0.weights"), _reference.Doubles("network.final.dense0.weights"));
    }

    [Fact]
    public void Asking_for_what_is_not_there_says_what_to_do()
    {
        var unknown = Assert.Throws<KeyNotFoundException>(() => _reference.Doubles("batchnorm.z"));
        Assert.Equal("reference.json has no case 'batchnorm.z'; add it to reference.py and run that again.", unknown.Message);
        var wrongKind = Assert.Throws<InvalidOperationException>(() => _reference.Doubles("splitmix64.0"));
        Assert.Equal("The case 'splitmix64.0' of reference.json does not hold values.", wrongKind.Message);
        var notSingle = Assert.Throws<InvalidOperationException>(() => _reference.Double("dropout.x"));
        Assert.Equal("The case 'dropout.x' of reference.json does not hold a single number.", notSingle.Message);
    }
}
