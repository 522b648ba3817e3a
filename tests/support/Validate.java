import java.io.File;
import org.verapdf.core.EncryptedPdfException;
import org.verapdf.core.ModelParsingException;
import org.verapdf.core.ValidationException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Validates PDFs against PDF/UA-1. Prints a line "number of checks, path" per file, and one per failure below it. */
class Validate {
    private static final PDFAFlavour FLAVOUR = PDFAFlavour.byFlavourId("ua1");
    private static final int FAILURES_PER_RULE = 5;

    public static void main(String[] paths) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String path : paths) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), FLAVOUR);
                    PDFAValidator validator = validator()) {
                var result = validator.validate(parser);
                print(result.getTotalAssertions(), path);
                result.getTestAssertions().forEach(Validate::printFailure);
            } catch (EncryptedPdfException | ModelParsingException | ValidationException error) {
                print(0, path);
                print("", "unreadable", error.getMessage(), "file");
            }
        }
    }

    private static PDFAValidator validator() {
        boolean logPassed = false, logErrors = true, showProgress = false;
        return Foundries.defaultInstance()
                .createValidator(FLAVOUR, FAILURES_PER_RULE, logPassed, logErrors, showProgress);
    }

    private static void printFailure(TestAssertion failure) {
        var rule = failure.getRuleId();
        String code = rule.getClause() + "-" + rule.getTestNumber();
        print("", code, failure.getErrorMessage(), failure.getLocation().getContext());
    }

    private static void print(Object first, String... rest) {
        var line = new StringBuilder().append(first);
        for (String field : rest) {
            line.append('\t').append(field.replaceAll("\\s+", " "));
        }
        System.out.println(line);
    }
}
