using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class FolderSizeTests
{
    [Fact]
    public void No_folder_of_the_sources_holds_more_than_25_files() =>
        Rule.Holds(FolderSize.Violations(SourceFile.All().Select(file => file.Path)));

    [Fact]
    public void A_folder_of_26_files_is_reported_and_one_of_25_is_not() =>
        Rule.Reports(
            FolderSize.Violations(
            [
                .. Enumerable.Range(0, 26).Select(i => $"src/P/Large/F{i}.cs"), .. Enumerable.Range(0, 25).Select(i => $"src/P/Large/Part/F{i}.cs"),
            ]),
            "src/P/Large/ holds 26 files; 25 are the limit, so divide it into folders by what the files are for");
}
